import { BridgeError, describeError } from "../../errors.ts";
import type { ConnectionBody, ConnectionRow } from "../../infisical/control-plane/index.ts";
import { lookUp } from "../../look-up.ts";
import { connectionArgs } from "../../schema.ts";
import { adopted, adopting } from "../adopts.ts";
import { requireAllowedHost } from "../allowed-hosts.ts";
import { connectionSecret } from "../config.ts";
import { CONNECTION_INPUTS, connectionProblems, hasConnectionChanged } from "../connection.ts";
import { engineOnlyConnection } from "../execution.ts";
import { unlessUnreachable } from "../outage.ts";
import { isEqual, omit, pick } from "../properties.ts";
import type { Checked, Context, Properties, Resource } from "../resource.ts";
import { connectionClient } from "../session.ts";
import { planeOf } from "./plane.ts";
import { connectionOutputs } from "./rows.ts";

const CREDENTIALS = ["instanceUrl", "machineIdentityClientId", "machineIdentityClientSecret"];

/** An Infisical Connection of the source instance (control-plane §2), which proves the credentials itself. */
export const nativeConnection: Resource = {
  async check(olds, news, context, unknown): Promise<Checked> {
    const inputs = pick(news, CONNECTION_INPUTS);
    const failures = [...connectionProblems(news, unknown), ...engineOnlyConnection(news)];
    if (failures.length > 0) return { failures };
    const isNew = olds === undefined || replaces(olds, news).length > 0;
    if (!isNew) return { inputs: { ...inputs, ...adopted(olds) } };
    if (inputs["name"] === unknown || inputs["projectId"] === unknown) return { inputs };
    try {
      const row = await findUnlessTaken(inputs, context);
      const known = omit(
        inputs,
        Object.keys(inputs).filter((name) => lookUp(inputs, name) === unknown),
      );
      return { inputs: { ...inputs, ...(row && adopting(row.id, unlike(row, known))) } };
    } catch (error) {
      return { failures: [describeError(error)] };
    }
  },

  hasChanged: hasConnectionChanged,

  replaces,

  async create(inputs, context) {
    const existing = await findUnlessTaken(inputs, context);
    const body = bodyOf(inputs, context);
    const { projectId: _fixed, ...changes } = body;
    const plane = planeOf(context);
    if (existing && unlike(existing, inputs).length === 0) {
      await prove(body, inputs, context);
      return { id: existing.id, outputs: outputsOf(inputs, existing) };
    }
    const row = await (existing ? plane.updateConnection(existing, changes) : plane.createConnection(body));
    return { id: row.id, outputs: outputsOf(inputs, row) };
  },

  async update(id, olds, news, context) {
    const { name, description, credentials } = bodyOf(news, context);
    // A secret from the configuration may have changed unseen, so it is sent with every update; so is one that was
    // taken over unsent.
    const isProven =
      news["machineIdentityClientSecret"] !== undefined &&
      Object.keys(adopted(olds)).length === 0 &&
      isEqual(pick(olds, CREDENTIALS), pick(news, CREDENTIALS));
    const changes = { name, description, ...(!isProven && { credentials }) };
    const row = await planeOf(context).updateConnection({ id, name: String(olds["name"]) }, changes);
    return outputsOf(news, row);
  },

  async read(id, olds, context) {
    const row = await planeOf(context).readConnection(id);
    return row && { outputs: outputsOf(olds, row), inputs: inputsAt(olds, row) };
  },

  async delete(id, olds, context) {
    await planeOf(context).deleteConnection({ id, name: String(olds["name"]) });
  },
};

/** Organization or project: the one thing of a connection that cannot be changed (control-plane §2.6). */
function replaces(olds: Properties, news: Properties): string[] {
  return olds["projectId"] === news["projectId"] ? [] : ["projectId"];
}

/** The connection of that name, if it may be taken over. @throws BridgeError `already-exists` if it may not */
async function findUnlessTaken(inputs: Properties, context: Context): Promise<ConnectionRow | undefined> {
  const name = String(inputs["name"]);
  const row = await planeOf(context).findConnection(name, inputs["projectId"] as string | undefined);
  if (!row || inputs["adopt"] === true) return row;
  throw new BridgeError("already-exists", `The source has an Infisical Connection "${name}" already.`, {
    path: "name",
    hint: "Choose another name, or set adopt to take it over.",
  });
}

/** Names of the arguments that the instance has otherwise. It does not tell the client secret. */
function unlike(row: ConnectionRow, inputs: Properties): string[] {
  const { description, instanceUrl, machineIdentityClientId } = connectionArgs.partial().parse(inputs);
  const { credentials } = row;
  const isOther = {
    description: (description ?? "") !== (row.description ?? ""),
    instanceUrl: instanceUrl !== undefined && instanceUrl !== withoutSlash(credentials.instanceUrl),
    machineIdentityClientId:
      machineIdentityClientId !== undefined &&
      machineIdentityClientId !== credentials.machineIdentityClientId,
  };
  return Object.entries(isOther).flatMap(([name, is]) => (is ? [name] : []));
}

/** The declared secret is not sent where a connection is taken over as it is: that it is right is proven from here. */
async function prove(
  { name, credentials }: ConnectionBody,
  { allowInsecureHttp }: Properties,
  context: Context,
): Promise<void> {
  const { instanceUrl, machineIdentityClientId, machineIdentityClientSecret: clientSecret } = credentials;
  const target = { instanceUrl, machineIdentityClientId, clientSecret };
  const client = connectionClient({ ...target, allowInsecureHttp: allowInsecureHttp === true }, context);
  const tried = await unlessUnreachable({ instanceUrl, onUnreachable: "skip" }, () => client.login());
  if ("outage" in tried)
    context.log(`${name}: its client secret is recorded without a proof: ${describeError(tried.outage)}`);
}

/** @throws BridgeError `missing-credentials`, `host-not-allowed` */
function bodyOf(inputs: Properties, context: Context): ConnectionBody {
  const args = connectionArgs.parse(inputs);
  const { name, description, projectId, instanceUrl, machineIdentityClientId } = args;
  // The source instance is about to be given the credentials, and will use them there.
  requireAllowedHost(instanceUrl, "instanceUrl", context.environment);
  return {
    name,
    description: description ?? null,
    ...(projectId !== undefined && { projectId }),
    credentials: {
      instanceUrl,
      machineIdentityClientId,
      machineIdentityClientSecret: connectionSecret(args, context.config, context.environment),
    },
  };
}

const outputsOf = (inputs: Properties, row: ConnectionRow): Properties => ({
  ...pick(inputs, CONNECTION_INPUTS),
  ...adopted(inputs),
  ...connectionOutputs(row),
});

/** The arguments that would leave the connection as it is. */
function inputsAt(olds: Properties, row: ConnectionRow): Properties {
  const args = connectionArgs.partial().safeParse(olds).data;
  const { credentials, name, description } = row;
  const inputs = {
    ...omit(pick(olds, CONNECTION_INPUTS), ["description"]),
    name,
    ...(description !== undefined && { description }),
    // As the user wrote it, where that means the same.
    ...(args?.instanceUrl !== withoutSlash(credentials.instanceUrl) && {
      instanceUrl: credentials.instanceUrl,
    }),
    machineIdentityClientId: credentials.machineIdentityClientId,
    ...adopted(olds),
  };
  const isRewritten =
    olds["credentialsHash"] !== undefined && olds["credentialsHash"] !== row.credentialsHash;
  // Somebody wrote other credentials, or the same again: without the secret the next deployment writes ours.
  return isRewritten ? omit(inputs, ["machineIdentityClientSecret"]) : inputs;
}

const withoutSlash = (url: string) => url.replace(/\/+$/, "");
