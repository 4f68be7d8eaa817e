/** Runs a fleet in this process: a worker, its page with what instances tell, and what it tells others. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { inert } from "../../../provider/printable.ts";
import { EngineError } from "../../engines/engine.ts";
import type { Fleet } from "../../fleet/acts/act.ts";
import { missingOf } from "../../fleet/acts/declare.ts";
import { perform } from "../../fleet/acts/index.ts";
import type { Database } from "../../fleet/database/database.ts";
import { makeReady } from "../../fleet/database/migrate.ts";
import { openDatabase } from "../../fleet/database/open.ts";
import type { Declaration } from "../../fleet/declarations/declaration.ts";
import { nextRun } from "../../fleet/declarations/schedule.ts";
import { limitedClients } from "../../fleet/limits/limited-client.ts";
import { parseLimits } from "../../fleet/limits/limits.ts";
import { createLog, type Log } from "../../fleet/operations/log.ts";
import { createMetrics } from "../../fleet/operations/metrics.ts";
import { observeRuns, startUpkeep } from "../../fleet/operations/upkeep.ts";
import { refuseOpenPage } from "../../fleet/page/access/guard.ts";
import { createPage } from "../../fleet/page/server.ts";
import { listProjects } from "../../fleet/rows/projects.ts";
import { socketOf } from "../../fleet/socket/path.ts";
import { serveActs } from "../../fleet/socket/serve.ts";
import { startEvents } from "../../fleet/triggers/events.ts";
import { webhookRoutes, webhookSecrets } from "../../fleet/triggers/webhooks.ts";
import { startWorker } from "../../fleet/worker/worker.ts";
import { listPolicyFiles, readPolicyFiles } from "../../policies/read.ts";
import type { Environment } from "../../stack/open-stack.ts";
import type { Run } from "../runner.ts";
import { actAction } from "./action.ts";
import { declaredIn } from "./declared.ts";
import { listen } from "./listen.ts";
import { logLines } from "./log-lines.ts";
import { type StartOptions, startOptions } from "./options.ts";
import { meant } from "./reach.ts";
import { whoAsks } from "./who.ts";

interface Stops extends AsyncDisposable {
  add(stop: () => unknown): void;
}

/** What is to be stopped, the last first: Node 22 has no AsyncDisposableStack. */
function stopsInTurn(): Stops {
  const stops: (() => unknown)[] = [];
  return {
    add: (stop) => void stops.unshift(stop),
    async [Symbol.asyncDispose]() {
      for (const stop of stops) await stop();
    },
  };
}

/** Where what waits in the queue is done, once this process has ended. */
const GO_ON: Readonly<Record<Database["kind"], string>> = {
  embedded: "when it is started again",
  server: "elsewhere",
};

const TOKEN = "EXTERNAL_INFISICAL_FLEET_TOKEN";

/**
 * Runs leave little behind that stays, and much that is in use while they wait for an answer and so is taken for what stays: that
 * would grow to several times what is in use before it is looked through.
 */
const LITTLE_GARBAGE = "--heap-growing-percent=50";

export const start = actAction({
  name: "start",
  options: startOptions,
  isLog: true,
  async act(run) {
    const { options, environment, session } = run;
    setFlagsFromString(LITTLE_GARBAGE);
    const given = meant(options, environment, session);
    const token = await tokenOf(options, environment);
    refuseOpenPage({ host: options.host, token });
    const declarations = run.place !== undefined || options.file.length > 0 ? await declaredIn(run) : [];
    await refuseMissing(declarations, environment);
    await using database = await openDatabase(given, environment);
    const log = await logOf(run);
    await makeReady(database);
    await using stops = stopsInTurn();
    const { fleet, url } = await startAll(run, { database, log, token, stops });
    if (database.kind === "embedded") {
      const socket = await serveActs(fleet, socketOf(given.dataDir));
      stops.add(() => socket[Symbol.asyncDispose]());
    }
    if (declarations.length > 0)
      await perform(fleet, "apply", { declarations, prune: options.prune, by: whoAsks(options) });
    for (const { project, problem } of await missingOf(await declaredProjects(database), environment))
      log.warn("a secret is not there, so that its runs fail here", { project, problem });
    if (options.json) log.info("the fleet runs", { database: database.description, page: url });
    else session.headline(`The fleet runs on the ${database.description}; its page is at ${url}`);
    await ended(session.signal);
    log.info(`the fleet stops: requests in flight end, and its jobs go on ${GO_ON[database.kind]}`);
    return { database: database.description, page: url };
  },
  text: () => "The fleet has stopped.",
});

/** What somebody has named just now. @throws EngineError `invalid-config` */
async function refuseMissing(declarations: readonly Declaration[], environment: Environment): Promise<void> {
  const missing = await missingOf(declarations, environment);
  if (missing.length === 0) return;
  throw new EngineError(
    "invalid-config",
    ["Secrets are not there:", ...missing.map(({ project, problem }) => `${project}: ${problem}`)].join(
      "\n  ",
    ),
    { hint: "Give them to all workers alike, in the environment or as files. Nothing was started." },
  );
}

const declaredProjects = async (database: Database) =>
  (await listProjects(database)).map(({ name, ...rest }) => ({ project: name, ...rest }));

interface Given {
  database: Database;
  log: Log;
  /** Of the page. */
  token: string | undefined;
  /** Gets what is to be stopped. */
  stops: Stops;
}

async function startAll(
  { options, environment, session }: Run<StartOptions>,
  { database, log, token, stops }: Given,
): Promise<{ fleet: Fleet; url: string }> {
  const { pageUrl, host, port } = options;
  const { version }: { version: string } = createRequire(import.meta.url)("external-infisical/package.json");
  const metrics = await createMetrics(database);
  const observe = observeRuns({ log, metrics });
  const files = listPolicyFiles(options.policies, environment["EXTERNAL_INFISICAL_POLICIES"]);
  const policies = await readPolicyFiles(files, options.cwd ?? process.cwd());
  const worker = await startWorker({
    ...{ database, environment, policies, version },
    concurrency: options.concurrency,
    nextRun: (settings, after) => nextRun(settings, after, Math.random()),
    ended: observe,
    makeClient: limitedClients(database, parseLimits(options.limit), {
      onError: (error) => log.error("the limits cannot be looked up; requests are sent all the same", error),
    }),
    onError: (message) => log.warn(message),
  });
  stops.add(() => worker.stop());
  const events = startEvents({ database, queue: worker.queue, environment, holder: worker.id, log });
  stops.add(() => events.stop());
  const fleet: Fleet = { database, queue: worker.queue, environment, policies };
  const upkeep = startUpkeep({
    ...{ database, log, metrics, environment, pageUrl },
    keepDays: options.keepDays,
    delay: (ms, signal) => delay(ms, undefined, { signal }),
  });
  stops.add(() => upkeep.stop());
  const secrets = webhookSecrets(environment);
  for (const secret of [...secrets, ...(token === undefined ? [] : [token])]) session.redactor.add(secret);
  let isReady = true;
  const page = await createPage({
    ...{ fleet, host, pageUrl },
    token,
    isReady: () => isReady,
    metrics: () => metrics.render(),
    log: ({ method, route, status, milliseconds }) =>
      log.debug("asked", { method, route, status, milliseconds }),
    warn: (error) => log.error("the page could not answer", error),
    plugins: [(app) => webhookRoutes(app, { database, queue: worker.queue, secrets })],
  });
  stops.add(() => page.close());
  stops.add(() => {
    isReady = false;
  });
  const url = await listen(page, { host, port });
  return { fleet, url: pageUrl ?? url };
}

/** Lines of JSON for machines, and else what people read. */
function logOf({ options, session }: Run<StartOptions>): Promise<Log> | Log {
  const { logLevel: level, json } = options;
  const clean = (text: string) => inert(session.redactor.clean(text));
  if (json) return createLog({ level, clean });
  return logLines({ level, clean, paint: session.paintNotes, write: session.note, now: () => new Date() });
}

/** Of the page. @throws EngineError `invalid-config` */
async function tokenOf(
  { pageTokenFile }: StartOptions,
  environment: Environment,
): Promise<string | undefined> {
  if (pageTokenFile === undefined) return environment[TOKEN] || undefined;
  try {
    return (await readFile(pageTokenFile, "utf8")).trim();
  } catch (cause) {
    throw new EngineError("invalid-config", `The page's token cannot be read from ${pageTokenFile}.`, {
      cause,
    });
  }
}

const ended = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
