import { createHash } from "node:crypto";
import { describeError, hasCode } from "../../errors.ts";
import { lookUp } from "../../look-up.ts";
import { type ConnectionArgs, connectionArgs } from "../../schema.ts";
import { openConnection } from "../clients.ts";
import { ofOtherExecution } from "../execution.ts";
import { identityOf, loginProblem, methodOf } from "../logins.ts";
import { skippedText, unlessUnreachable } from "../outage.ts";
import { problemsOf } from "../problems.ts";
import { holdsUnknown, isEqual, pick } from "../properties.ts";
import type { Checked, ConnectionProperties, Context, Properties, Resource } from "../resource.ts";
import { isSkipped, SKIPPED } from "../skipped.ts";

export const CONNECTION_INPUTS = Object.keys(connectionArgs.shape);

const written = connectionArgs.strict();

const hasConnectionChanged = (olds: Properties, news: Properties) =>
  !isEqual(pick(olds, CONNECTION_INPUTS), pick(news, CONNECTION_INPUTS));

/** What is wrong with the arguments, as far as they are known. */
export function connectionProblems(news: Properties, unknown: unknown): string[] {
  const parsed = written.safeParse(news);
  const login = loginProblem(news);
  if (parsed.success) return login === undefined ? [] : [`${login.name}: ${login.message}`];
  return problemsOf(parsed.error.issues.filter((issue) => lookUp(news, String(issue.path[0])) !== unknown));
}

/**
 * How to log in to another instance. Making one proves the credentials by a real login; nothing is created
 * anywhere, since the engine itself uses them.
 */
export const engineConnection: Resource = {
  async check(olds, news, context, unknown): Promise<Checked> {
    const failures = [
      ...connectionProblems(news, unknown),
      ...ofOtherExecution(connectionArgs, news, unknown).map(({ text }) => text),
    ];
    if (failures.length > 0) return { failures };
    const inputs: ConnectionProperties = pick(news, CONNECTION_INPUTS);
    const isProven = olds !== undefined && !isSkipped(olds) && !hasConnectionChanged(olds, inputs);
    if (inputs.onUnreachable !== "skip" || isProven || holdsUnknown(inputs, unknown)) return { inputs };
    try {
      const isProvable = await canProve(connectionArgs.parse(inputs), context);
      return { inputs: isProvable ? inputs : { ...inputs, ...SKIPPED } };
    } catch (error) {
      return { failures: [describeError(error)] };
    }
  },

  hasChanged: (olds, news) => hasConnectionChanged(olds, news) || isSkipped(olds) !== isSkipped(news),

  replaces: () => [],
  deletesFirst: () => false,
  keep: async () => {},

  async create(inputs, context) {
    const outputs: ConnectionProperties = await reconcile(inputs, context);
    return { id: String(outputs.connectionId), outputs };
  },

  update: (_id, olds, news, context) => reconcile(news, context, olds),

  async read(_id, olds, context) {
    const inputs = pick(olds, CONNECTION_INPUTS);
    const args = connectionArgs.parse(inputs);
    const proven = await unlessUnreachable(args, context, () => prove(args, context, olds));
    if ("answer" in proven) return { outputs: { ...outputsOf(inputs, args), ...proven.answer }, inputs };
    context.log(skippedText(args.name, proven.outage, "its state stays as it is"));
    return { outputs: olds, inputs: { ...inputs, ...pick(olds, Object.keys(SKIPPED)) } };
  },

  async delete() {
    // Nothing exists outside the state.
  },
};

/** False, and told, where an outage lets the proof wait. */
async function canProve(args: ConnectionArgs, context: Context): Promise<boolean> {
  try {
    const tried = await unlessUnreachable(args, context, () => openConnection(args, context).client.login());
    if ("answer" in tried) return true;
    const consequence = "its login is not proven, which a later deployment makes up for";
    context.log(skippedText(args.name, tried.outage, consequence));
    return false;
  } catch (error) {
    // A preview may be made without the credentials.
    if (hasCode(error, "missing-credentials")) return true;
    throw error;
  }
}

async function reconcile(inputs: Properties, context: Context, olds?: Properties): Promise<Properties> {
  const args = connectionArgs.parse(inputs);
  const rest = isSkipped(inputs) ? SKIPPED : await prove(args, context, olds);
  return { ...outputsOf(inputs, args), ...rest };
}

const outputsOf = (inputs: Properties, args: ConnectionArgs): Properties => ({
  ...pick(inputs, CONNECTION_INPUTS),
  connectionId: engineConnectionId(args),
  app: "external-infisical",
  method: methodOf(args),
});

/** @throws BridgeError where the login is refused or the instance is not reached */
async function prove(
  args: ConnectionArgs,
  context: Context,
  olds: ConnectionProperties = {},
): Promise<{ organization?: unknown }> {
  const { client } = openConnection(args, context);
  await client.login();
  // An older instance may not tell; the login alone is the proof.
  const told = await client.organization().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    context.log(`${args.name}: the organization is not recorded; all else goes on. ${reason}`);
    return undefined;
  });
  // It does not change under an identity.
  const isSame = olds.connectionId === engineConnectionId(args);
  const organization = told ?? (isSame ? olds.organization : undefined);
  return organization === undefined ? {} : { organization };
}

/** A UUID made from what the connection points at, so that it is known before anything runs. */
export function engineConnectionId({
  instanceUrl,
  ...login
}: Pick<ConnectionArgs, "instanceUrl" | "machineIdentityClientId" | "auth">): string {
  // An identity may be known to the environment alone.
  const identity = identityOf(login) ?? "";
  const hash = createHash("sha256").update(`${instanceUrl}\n${identity}`).digest("hex");
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    variant + hash.slice(17, 20),
    hash.slice(20, 32),
  ].join("-");
}
