import { z } from "zod";
import { hasCode } from "../../errors.ts";
import { lookUp } from "../../look-up.ts";
import { connectionSecret } from "../../resources/config.ts";
import { executionOf } from "../../resources/execution.ts";
import { resources } from "../../resources/index.ts";
import { connectionArgs } from "../../schema.ts";
import { type Problem, RefusedError } from "../diagnostics.ts";
import { applyChange, type Kind, readResource } from "../lifecycle.ts";
import type { CallContext, ManagedResource } from "../managed-resource.ts";
import { toSnakeCase } from "../names.ts";
import { changedNames } from "../planned.ts";
import { fromProperties, toProperties } from "../properties.ts";
import { type Attributes, argumentsOf, resultsOf } from "../schema.ts";
import { validateArguments } from "../validate.ts";
import { isUnknownIn, type ObjectValue, UNKNOWN, type Value } from "../value.ts";
import { importConnection } from "./import.ts";

const SECRET = "machine_identity_client_secret";
const WRITE_ONLY = `${SECRET}_wo`;
const VERSION = `${WRITE_ONLY}_version`;

const results = resultsOf(
  z.object({
    id: z.string().meta({ description: "Id of the connection." }),
    organization: z
      .object({
        id: z.string().meta({ description: "Id." }),
        name: z.string().meta({ description: "Name." }),
        slug: z.string().meta({ description: "Slug." }),
      })
      .meta({ description: "Organization of the machine identity, where the instance tells it." }),
    orgId: z.string().meta({ description: "Organization that the connection belongs to (`native`)." }),
    credentialsHash: z.string().meta({
      description: "What the instance shows of the credentials, to tell a change (`native`).",
    }),
  }),
);

const args = argumentsOf(connectionArgs);

const attributes: Attributes = {
  ...args,
  [WRITE_ONLY]: {
    type: "string",
    use: "optional",
    description: `The client secret, in no plan and no state. Syncs of this connection then need it in \`connection_secrets\` of the provider block or in the environment. A new one is noticed by \`${VERSION}\`.`,
    isSensitive: true,
    isWriteOnly: true,
  },
  [VERSION]: {
    type: "number",
    use: "optional",
    description: `Change this number whenever \`${WRITE_ONLY}\` changes.`,
  },
  ...results,
};

/** What logs in somewhere else when it changes; everything computed may then be different. */
const CREDENTIALS = ["instance_url", "machine_identity_client_id", SECRET, VERSION];

const kind: Kind = {
  what: "connection",
  resource: resources.connection,
  arguments: args,
  schema: connectionArgs,
  inputNames: Object.keys(connectionArgs.shape),
  inputsOf(object, config) {
    const inputs = toProperties(args, object);
    const secret = config?.[WRITE_ONLY];
    return typeof secret === "string" ? { ...inputs, machineIdentityClientSecret: secret } : inputs;
  },
  outputsIn: (state) => ({ connectionId: state["id"] }),
  resultsOf: (outputs) => fromProperties(results, { ...outputs, id: outputs["connectionId"] }),
};

/** `externalinfisical_connection`: how to log in to the instance that secrets are pushed to. */
export const connection: ManagedResource = {
  description: "How to log in to another Infisical instance, for the syncs that push secrets there.",
  attributes,
  pathOf: (path) => path,

  validate(config): Problem[] {
    const isGiven = (name: string) => config[name] !== null && config[name] !== UNKNOWN;
    const both = isGiven(SECRET) && isGiven(WRITE_ONLY);
    return [
      ...validateArguments(connectionArgs, args, config),
      ...(both ? [conflict(SECRET, WRITE_ONLY)] : []),
    ];
  },

  async read(state, kept, context) {
    // A write-only secret may be known to no other place; there is nothing to prove the login with then.
    return isProvable(state, context) ? readResource(kind, state, kept, context) : { state, kept };
  },

  async plan({ prior, config, planned, kept }, context) {
    const changed = prior ? changedNames([...Object.keys(args), VERSION], prior, planned) : [];
    if (prior && changed.length === 0) {
      if (kept.unread !== undefined) throw new RefusedError([kept.unread]);
      return { planned: prior };
    }
    const news = kind.inputsOf(planned, config);
    if (context.config) {
      const olds = prior && kind.inputsOf(prior);
      const checked = await resources.connection.check(
        olds,
        news,
        { ...context, config: context.config },
        UNKNOWN,
      );
      if ("failures" in checked) throw new RefusedError(checked.failures);
    }
    const replaces = prior ? resources.connection.replaces(kind.inputsOf(prior), news) : [];
    return {
      planned: { ...planned, ...(prior && expected(prior, changed, news)) },
      replaces: replaces.map((name) => [toSnakeCase(name)]),
    };
  },

  apply: (input, context) => applyChange(kind, input, context),

  importState: (id, context) => importConnection(id, context),
};

/** What an update leaves of the computed attributes. An engine's id is made from what it points at. */
function expected(
  prior: ObjectValue,
  changed: readonly string[],
  news: Record<string, unknown>,
): ObjectValue {
  const isElsewhere = changed.some((name) => CREDENTIALS.includes(name));
  const isNative = executionOf(news) === "native";
  return Object.fromEntries(
    Object.keys(results).map((name): [string, Value] => {
      const stays = name === "id" && isNative ? true : !isElsewhere && !(isNative && name !== "organization");
      const before = lookUp(prior, name);
      return [name, stays && !isUnknownIn(before) ? (before ?? null) : UNKNOWN];
    }),
  );
}

function isProvable(state: ObjectValue, { config, environment }: CallContext): boolean {
  const inputs = kind.inputsOf(state);
  if (!config || executionOf(inputs) === "native") return true;
  const { name, machineIdentityClientSecret } = connectionArgs.parse(inputs);
  try {
    return connectionSecret({ name, machineIdentityClientSecret }, config, environment) !== "";
  } catch (error) {
    if (hasCode(error, "missing-credentials")) return false;
    throw error;
  }
}

const conflict = (one: string, other: string): Problem => ({
  severity: "error",
  summary: "Only one of two",
  detail: `Give ${one} or ${other}, not both.`,
  path: [other],
});
