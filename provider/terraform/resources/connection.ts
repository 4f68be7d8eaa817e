import { connectionResults, writeOnlySecret } from "../../attributes.ts";
import { hasCode } from "../../errors.ts";
import { lookUp } from "../../look-up.ts";
import { engineConnectionId } from "../../resources/connection/engine.ts";
import { executionOf } from "../../resources/execution.ts";
import { resources } from "../../resources/index.ts";
import { connectionLogin, loginProblem } from "../../resources/logins.ts";
import { connectionArgs } from "../../schema.ts";
import { type Problem, RefusedError, toldOf } from "../diagnostics.ts";
import { applyChange, type Kind, readResource } from "../lifecycle.ts";
import { type CallContext, idOf, type ManagedResource } from "../managed-resource.ts";
import { toSnakeCase, withSnakeNames } from "../names.ts";
import { changedNames } from "../planned.ts";
import { fromProperties, toProperties } from "../properties.ts";
import { argumentsOf, resultsOf } from "../schema.ts";
import { validateArguments } from "../validate.ts";
import { isUnknownIn, type ObjectValue, UNKNOWN, type Value } from "../value.ts";
import { madeUpName } from "./bridged.ts";
import { importConnection } from "./import.ts";

const SECRET = "machine_identity_client_secret";
const WRITE_ONLY = `${SECRET}_wo`;
const VERSION = `${WRITE_ONLY}_version`;

const results = resultsOf(connectionResults);
const args = argumentsOf(connectionArgs);

const attributes = { ...args, ...argumentsOf(writeOnlySecret), ...results };

/** Who logs in where: another secret of the same identity changes nothing that is computed of it. */
const IDENTITY = ["instance_url", "machine_identity_client_id", "auth"];

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
  outputsIn: (state) => ({ connectionId: idOf(state) }),
  resultsOf: (outputs) => fromProperties(results, { ...outputs, id: outputs["connectionId"] }),
};

/** `externalinfisical_connection`: how to log in to the instance that secrets are pushed to. */
export const connection: ManagedResource = {
  description: "How to log in to another Infisical instance, for the syncs that push secrets there.",
  attributes,
  pathOf: (path) => path,

  validate(config): Problem[] {
    const isGiven = (value: Value | undefined) => value !== null && value !== UNKNOWN;
    const both = isGiven(config[SECRET]) && isGiven(config[WRITE_ONLY]);
    // What is not known yet may turn out to be absent.
    const isLoginKnown = [config["auth"], config["machine_identity_client_id"], config[SECRET]].every(
      (value) => value !== UNKNOWN,
    );
    const login = isLoginKnown ? loginProblem(toProperties(args, config)) : undefined;
    return [
      ...validateArguments(connectionArgs, args, config),
      ...(login === undefined ? [] : [wrongLogin(login)]),
      ...(both ? [conflict(SECRET, WRITE_ONLY)] : []),
    ];
  },

  async read(state, kept, context) {
    // A write-only secret may be known to no other place; there is nothing to prove the login with then.
    return isProvable(state, context) ? readResource(kind, state, kept, context) : { state, kept };
  },

  async plan({ prior, config, planned, kept }, context) {
    const changed = prior ? changedNames([...Object.keys(args), VERSION], prior, planned) : [];
    const news = kind.inputsOf(planned, config);
    if (prior && changed.length === 0) {
      const isUnseen = kept.unread !== undefined && !context.isBridged;
      // Not for nothing: the plan is to say that something is wrong.
      const told = executionOf(news) === "native" ? "credentials_hash" : "organization";
      return { planned: isUnseen ? { ...prior, [told]: UNKNOWN } : prior };
    }
    const warnings = context.isBridged && !prior ? madeUpName(news) : [];
    if (context.config) {
      const olds = prior && kind.inputsOf(prior);
      const checked = await resources.connection.check(
        olds,
        news,
        { ...context, config: context.config, log: (line) => warnings.push(line) },
        UNKNOWN,
      );
      if ("failures" in checked) throw new RefusedError(checked.failures);
    }
    const replaces = prior ? resources.connection.replaces(kind.inputsOf(prior), news) : [];
    return {
      planned: { ...planned, ...(prior && expected(prior, changed, news)), ...knownId(news) },
      replaces: replaces.map((name) => [toSnakeCase(name)]),
      // The apply proves a login by itself.
      kept: { ...kept, unread: undefined },
      problems: warnings.map((line) => toldOf(kind.what, line)),
    };
  },

  keep: (id, planned, context) => kind.resource.keep(id, kind.inputsOf(planned), context),

  async apply(input, context) {
    const done = await applyChange(kind, input, context);
    const announced = input.planned?.["organization"];
    if (!done.state || announced === undefined || isUnknownIn(announced)) return done;
    // What the instance tells otherwise now is for the next read.
    return { ...done, state: { ...done.state, organization: announced } };
  },

  importState: (id, context) => importConnection(id, context),
};

/** What an update leaves of the computed attributes. */
function expected(
  prior: ObjectValue,
  changed: readonly string[],
  news: Record<string, unknown>,
): ObjectValue {
  const isOther = changed.some((name) => IDENTITY.includes(name));
  const open = executionOf(news) === "native" ? ["credentials_hash"] : isOther ? ["id", "organization"] : [];
  return Object.fromEntries(
    Object.keys(results).map((name): [string, Value] => {
      const before = lookUp(prior, name);
      return [name, open.includes(name) || isUnknownIn(before) ? UNKNOWN : (before ?? null)];
    }),
  );
}

/** The id of an engine's connection is made from what it points at. */
function knownId(news: Record<string, unknown>): ObjectValue {
  const made = connectionArgs
    .pick({ instanceUrl: true, machineIdentityClientId: true, auth: true })
    .safeParse(news);
  return made.success && executionOf(news) === "engine" ? { id: engineConnectionId(made.data) } : {};
}

function isProvable(state: ObjectValue, { config, environment }: CallContext): boolean {
  const inputs = kind.inputsOf(state);
  if (!config || executionOf(inputs) === "native") return true;
  const args = connectionArgs.parse(inputs);
  try {
    return connectionLogin(args.name, args, config, environment) !== undefined;
  } catch (error) {
    if (hasCode(error, "missing-credentials")) return false;
    throw error;
  }
}

const wrongLogin = ({ name, message }: { name: string; message: string }): Problem => ({
  severity: "error",
  summary: "Invalid argument",
  detail: withSnakeNames(`${name}: ${message}`),
  path: [toSnakeCase(name)],
});

const conflict = (one: string, other: string): Problem => ({
  severity: "error",
  summary: "Only one of two",
  detail: `Give ${one} or ${other}, not both.`,
  path: [other],
});
