/** The fleet's page: a server that shows what its acts tell, and does what its buttons ask for. */
import { userInfo } from "node:os";
import formbody from "@fastify/formbody";
import fastify, { type FastifyInstance, type FastifyPluginAsync } from "fastify";
import type { Fleet } from "../acts/act.ts";
import { endConnections } from "../end-connections.ts";
import { type AccessOptions, guard } from "./access/guard.ts";
import { HEADERS, secureHeaders } from "./access/headers.ts";
import { signOutsIn } from "./access/sign-outs.ts";
import { noSuchPage, tellFailures } from "./failures.ts";
import { buttonRoutes } from "./routes/buttons.ts";
import { loginRoutes } from "./routes/login.ts";
import { probeRoutes } from "./routes/probes.ts";
import { viewRoutes } from "./routes/views.ts";

export interface PageOptions extends AccessOptions {
  fleet: Fleet;
  /** False while the process stops, or does not work for another reason. */
  isReady?: () => boolean;
  /** What `/metrics` tells. */
  metrics?: () => Promise<{ type: string; text: string }>;
  /** Told of each answer, without the query. */
  log?: (answer: { method: string; route: string; status: number; milliseconds: number }) => void;
  /** Told of failures that are nobody's but ours. */
  warn?: (error: unknown) => void;
  /** More routes, such as those that instances send webhooks to. They are closed unless they say `config: { isOpen: true }`. */
  plugins?: readonly FastifyPluginAsync[];
  /** What people call themselves where nobody has said. */
  name?: string;
  /** How long answers may take once the page closes; a request that is never sent to its end is not waited for. */
  graceMs?: number;
}

const MOST_BODY = 64 * 1024;

/** Makes the server; whoever calls it lets it listen, at `host`. @throws EngineError `invalid-config` */
export async function createPage(options: PageOptions): Promise<FastifyInstance> {
  const { fleet, now = Date.now, log, plugins = [], graceMs } = options;
  const app = fastify({
    bodyLimit: MOST_BODY,
    logger: false,
    routerOptions: { maxParamLength: 600 },
    // An address that cannot be read comes by no hook.
    frameworkErrors: (_error, request, reply) => void noSuchPage(request, reply.headers(HEADERS)),
  });
  app.addHook("preClose", async () => {
    endConnections(app.server, graceMs);
  });
  await app.register(formbody);
  secureHeaders(app);
  const access = guard(app, signOutsIn(fleet.database, now), options);
  const page = {
    fleet,
    access,
    now: () => new Date(now()),
    name: options.name ?? userInfo().username,
  };
  tellFailures(app, options.warn);
  if (log)
    app.addHook("onResponse", async ({ method, routeOptions }, { statusCode, elapsedTime }) =>
      log({
        method,
        route: routeOptions.url ?? "none",
        status: statusCode,
        milliseconds: Math.round(elapsedTime),
      }),
    );
  probeRoutes(app, options);
  loginRoutes(app, page);
  viewRoutes(app, page);
  buttonRoutes(app, page);
  for (const plugin of plugins) await app.register(plugin);
  return app;
}
