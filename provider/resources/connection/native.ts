import { formatWarning } from "../../engine/record/progress.ts";
import { BridgeError, describeError, hasCode } from "../../errors.ts";
import type { ConnectionBody, ConnectionRow } from "../../infisical/control-plane/index.ts";
import { lookUp } from "../../look-up.ts";
import { connectionArgs } from "../../schema.ts";
import { adopted, adopting, IN_THE_WAY, warnOfAdoption } from "../adopts.ts";
import { requireAllowedHost } from "../allowed-hosts.ts";
import { connectionClient } from "../clients.ts";
import { connectionSecret } from "../config.ts";
import { ofOtherExecution } from "../execution.ts";
import { universalLogin } from "../logins.ts";
import { unlessUnreachable } from "../outage.ts";
import { isEqual, meansSame, omit, pick } from "../properties.ts";
import type { Checked, ConnectionProperties, Context, Properties, Resource } from "../resource.ts";
import { CHANGED_AT_INSTANCE, REPAIRS } from "../sync/inputs.ts";
import { changedUnseen, connectionDifferences } from "../sync/native/differences.ts";
import {
  holdFound,
  holding,
  meet,
  refuseTaken,
  replaceFound,
  unlessReplaced,
} from "../sync/native/holding.ts";
import { planeOf } from "../sync/native/plane.ts";
import { isConnectionLike, recordedConnection } from "../sync/native/recorded.ts";
import {
  announcedRepairs,
  changedAtInstance,
  recordedHash,
  rewritten,
  withRepairs,
} from "../sync/native/repairs.ts";
import { connectionOutputs } from "../sync/native/rows.ts";
import { CONNECTION_INPUTS, connectionProblems } from "./engine.ts";

const anyArgs = connectionArgs.partial();
const findable = connectionArgs.pick({ name: true, projectId: true });

const INPUTS = [...CONNECTION_INPUTS, REPAIRS, CHANGED_AT_INSTANCE];
const WHAT = "Infisical Connection";
const CREDENTIALS = ["instanceUrl", "machineIdentityClientId", "machineIdentityClientSecret"];

/** An Infisical Connection of the source instance (control-plane §2), which proves the credentials itself. */
export const nativeConnection: Resource = holding(WHAT, {
  async check(olds, news, context, unknown): Promise<Checked> {
    const inputs: ConnectionProperties = pick(news, CONNECTION_INPUTS);
    const failures = [
      ...connectionProblems(news, unknown),
      ...ofOtherExecution(connectionArgs, news, unknown).map(({ text }) => text),
    ];
    if (failures.length > 0) return { failures };
    if (olds && replaces(olds, news).length === 0) {
      try {
        return {
          inputs: { ...inputs, ...adopted(olds), ...(await repairsOf(olds, inputs, context, unknown)) },
        };
      } catch (error) {
        return { failures: [describeError(error)] };
      }
    }
    replaceFound(WHAT, news, context);
    if (inputs.name === unknown || inputs.projectId === unknown) return { inputs };
    try {
      const row = refuseUnadopted(
        unlessReplaced(WHAT, await findNamed(inputs, context), news, context),
        inputs,
      );
      if (row) warnOfAdoption(row, "Connection", context);
      const known = omit(
        inputs,
        Object.keys(inputs).filter((name) => lookUp(inputs, name) === unknown),
      );
      return { inputs: { ...inputs, ...(row && adopting(row.id, unlike(row, known))) } };
    } catch (error) {
      return { failures: [describeError(error)] };
    }
  },

  hasChanged: (olds, news) => !isEqual(pick(olds, INPUTS), pick(news, INPUTS)),

  replaces,

  async create(inputs, context) {
    const existing = refuseUnadopted(await findNamed(inputs, context), inputs);
    meet(WHAT, existing, inputs, context);
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

  async update(id, olds: ConnectionProperties, news: ConnectionProperties, context) {
    const { name, description, credentials } = bodyOf(news, context);
    const plane = planeOf(context);
    const there = await plane.readConnection(id);
    if (!there) throw notThere(String(olds.name));
    // A secret from the configuration may have changed unseen, so it is sent with every update; so is one that was
    // taken over unsent, and all that somebody else has written over.
    const isProven =
      news.machineIdentityClientSecret !== undefined &&
      Object.keys(adopted(olds)).length === 0 &&
      isEqual(pick(olds, CREDENTIALS), pick(news, CREDENTIALS)) &&
      !connectionDifferences(there, news).some(({ argument }) => CREDENTIALS.includes(argument)) &&
      recordedHash(olds) === there.credentialsHash;
    const changes = { name, description, ...(!isProven && { credentials }) };
    const row = await plane.updateConnection({ id, name: there.name }, changes);
    return outputsOf(news, row);
  },

  async read(id, olds, context) {
    const row = await planeOf(context).readConnection(id);
    if (!row) return undefined;
    const changed = changedAtInstance([...connectionDifferences(row, olds), ...rewritten(olds, row)]);
    return {
      outputs: { ...outputsOf(olds, row), ...changed },
      inputs: { ...inputsAt(olds, row), ...announcedRepairs(olds), ...changed },
    };
  },

  async delete(id, olds: ConnectionProperties, context) {
    await planeOf(context).deleteConnection({ id, name: String(olds.name) });
  },
});

/** Organization or project: the one thing of a connection that cannot be changed (control-plane §2.6). */
function replaces(olds: ConnectionProperties, news: ConnectionProperties): string[] {
  return meansSame(anyArgs.shape.projectId, olds.projectId, news.projectId) ? [] : ["projectId"];
}

function findNamed(inputs: ConnectionProperties, context: Context): Promise<ConnectionRow | undefined> {
  const { name, projectId } = findable.parse(inputs);
  return planeOf(context).findConnection(name, projectId);
}

/** @throws BridgeError `already-exists` where the connection that has the name may not be taken over */
function refuseUnadopted(
  row: ConnectionRow | undefined,
  { adopt }: ConnectionProperties,
): ConnectionRow | undefined {
  if (!row || adopt === true) return row;
  throw new BridgeError("already-exists", `The source has an Infisical Connection "${row.name}" already.`, {
    path: "name",
    hint: IN_THE_WAY,
  });
}

/** What somebody has changed at the instance since the last deployment. */
async function repairsOf(
  olds: ConnectionProperties,
  inputs: ConnectionProperties,
  context: Context,
  unknown: unknown,
): Promise<Properties> {
  try {
    const row = await recordedConnection(olds, context);
    if (inputs.name !== olds.name && inputs.name !== unknown)
      refuseTaken(WHAT, row.id, await findNamed(inputs, context));
    // Another one that has got its name makes no room.
    if (isConnectionLike(row, olds)) holdFound(WHAT, row.id, inputs, context);
    const compare = (declared: Properties) => connectionDifferences(row, declared);
    return withRepairs(olds, changedUnseen(compare, olds, inputs, unknown));
  } catch (error) {
    if (!hasCode(error, "forbidden")) throw error;
    // An identity that previews may not see connections; the one that deploys compares again.
    context.log(
      formatWarning(`${olds.name}: not compared with the instance's connection: ${describeError(error)}`),
    );
    return announcedRepairs(olds);
  }
}

/** Names of the arguments that the instance has otherwise. It does not tell the client secret. */
const unlike = (row: ConnectionRow, inputs: Properties): string[] =>
  connectionDifferences(row, inputs).map(({ argument }) => argument);

const notThere = (name: string): BridgeError =>
  new BridgeError("not-found", `The source instance has no Infisical Connection "${name}" any more.`, {
    hint: "Somebody has deleted it. Refresh, then deploy again: it is then created anew.",
  });

/** The declared secret is not sent where a connection is taken over as it is: that it is right is proven from here. */
async function prove(
  { name, credentials }: ConnectionBody,
  { allowInsecureHttp }: Properties,
  context: Context,
): Promise<void> {
  const { instanceUrl, machineIdentityClientId, machineIdentityClientSecret } = credentials;
  const client = connectionClient(
    { instanceUrl, allowInsecureHttp: allowInsecureHttp === true },
    universalLogin(machineIdentityClientId, machineIdentityClientSecret),
    context,
  );
  const tried = await unlessUnreachable({ instanceUrl, onUnreachable: "skip" }, context, () =>
    client.login(),
  );
  if ("outage" in tried)
    context.log(`${name}: its client secret is recorded without a proof: ${describeError(tried.outage)}`);
}

/** @throws BridgeError `missing-credentials`, `host-not-allowed` */
function bodyOf(inputs: Properties, context: Context): ConnectionBody {
  const args = connectionArgs.parse(inputs);
  const { name, description, projectId, instanceUrl, machineIdentityClientId = "" } = args;
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
  ...announcedRepairs(inputs),
  ...connectionOutputs(row),
});

/** The arguments that would leave the connection as it is. */
function inputsAt(olds: Properties, row: ConnectionRow): Properties {
  const args = anyArgs.safeParse(olds).data;
  const { credentials, name, description } = row;
  const inputs = {
    ...omit(pick(olds, CONNECTION_INPUTS), ["description"]),
    name,
    ...(description !== undefined && { description }),
    // As the user wrote it, where that means the same.
    ...(args?.instanceUrl !== withoutSlash(credentials.instanceUrl) && {
      instanceUrl: credentials.instanceUrl,
    }),
    ...(args?.machineIdentityClientId !== credentials.machineIdentityClientId && {
      machineIdentityClientId: credentials.machineIdentityClientId,
    }),
    ...adopted(olds),
  };
  // Without the secret the next deployment writes ours.
  return rewritten(olds, row).length > 0 ? omit(inputs, ["machineIdentityClientSecret"]) : inputs;
}

const withoutSlash = (url: string) => url.replace(/\/+$/, "");
