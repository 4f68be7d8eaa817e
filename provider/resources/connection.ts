import { createHash } from "node:crypto";
import { describeError } from "../errors.ts";
import { type ConnectionArgs, connectionArgs } from "../schema.ts";
import { connectionSecret } from "./config.ts";
import { nativeOnly } from "./execution.ts";
import { problemsOf } from "./problems.ts";
import { isEqual, pick } from "./properties.ts";
import type { Checked, Context, Properties, Resource } from "./resource.ts";
import { connectionClient } from "./session.ts";

export const CONNECTION_INPUTS = Object.keys(connectionArgs.shape);

export const hasConnectionChanged = (olds: Properties, news: Properties) =>
  !isEqual(pick(olds, CONNECTION_INPUTS), pick(news, CONNECTION_INPUTS));

/** What is wrong with the arguments, as far as they are known. */
export function connectionProblems(news: Properties, unknown: unknown): string[] {
  const parsed = connectionArgs.safeParse(news);
  if (parsed.success) return [];
  return problemsOf(parsed.error.issues.filter((issue) => news[String(issue.path[0])] !== unknown));
}

/**
 * How to log in to another instance. Making one proves the credentials by a real login; nothing is created
 * anywhere, since the engine itself uses them.
 */
export const engineConnection: Resource = {
  async check(_olds, news, _context, unknown): Promise<Checked> {
    const failures = [...connectionProblems(news, unknown), ...nativeOnly(connectionArgs, news)];
    return failures.length > 0 ? { failures } : { inputs: pick(news, CONNECTION_INPUTS) };
  },

  hasChanged: hasConnectionChanged,

  replaces: () => [],

  async create(inputs, context) {
    const outputs = await prove(inputs, context);
    return { id: String(outputs["connectionId"]), outputs };
  },

  update: (_id, _olds, news, context) => prove(news, context),

  async read(_id, olds, context) {
    return { outputs: await prove(olds, context), inputs: pick(olds, CONNECTION_INPUTS) };
  },

  async delete() {
    // Nothing exists outside the state.
  },
};

/** @throws BridgeError where the login is refused or the instance is not reached */
async function prove(inputs: Properties, context: Context): Promise<Properties> {
  const args = connectionArgs.parse(inputs);
  const client = connectionClient(
    { ...args, clientSecret: connectionSecret(args, context.config, context.environment) },
    context,
  );
  await client.login();
  // An older instance may not tell; the login alone is the proof.
  const organization = await client.organization().catch((error: unknown) => {
    context.log(`${args.name}: organization not known: ${describeError(error)}`);
    return undefined;
  });
  return {
    ...pick(inputs, CONNECTION_INPUTS),
    connectionId: connectionId(args),
    app: "external-infisical",
    method: "machine-identity-universal-auth",
    ...(organization && { organization }),
  };
}

/** A UUID made from what the connection points at, so that it is known before anything runs. */
function connectionId({
  instanceUrl,
  machineIdentityClientId,
}: Pick<ConnectionArgs, "instanceUrl" | "machineIdentityClientId">): string {
  const hash = createHash("sha256").update(`${instanceUrl}\n${machineIdentityClientId}`).digest("hex");
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    variant + hash.slice(17, 20),
    hash.slice(20, 32),
  ].join("-");
}
