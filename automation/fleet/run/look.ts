/** What a run of a sync would do: looked at, planned and judged. Nothing is written. */
import { UNKNOWN } from "../../../provider/marked-values.ts";
import { oneLine } from "../../../provider/printable.ts";
import { typeToken } from "../../../provider/pulumi/type-token.ts";
import { type Properties, readConfig, resources } from "../../../provider/resources/index.ts";
import type { Shared } from "../../../provider/resources/process.ts";
import type { Context } from "../../../provider/resources/resource.ts";
import { childUrn } from "../../engines/urn.ts";
import { judge } from "../../policies/judge.ts";
import type { Policies } from "../../policies/schema.ts";
import { type PlannedResource, plannedChange, plannedDeletion } from "../../review/planned.ts";
import type { ParkedReason, ProjectRow, SyncRow } from "../rows/rows.ts";
import { isGuard, reasonsOf } from "./decide.ts";
import { inputsOf } from "./inputs.ts";
import { type Start, startOf } from "./recovery.ts";
import { resolveLogins, withoutSecrets, withSecrets } from "./secrets.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface LookOptions {
  environment: Environment;
  /** Of the worker, beside those of the file. */
  policies: readonly Policies[];
  shared: Shared;
  log: (line: string) => void;
  now: () => Date;
}

/** What is found. Inputs and outputs have their secrets; `stored` has none. */
export type Looked =
  | { kind: "unchanged"; stored: Properties }
  | { kind: "failed"; message: string }
  /** By a guard: nobody's word lets it be done, but the plan waits for somebody. */
  | {
      kind: "refused";
      message: string;
      stored: Properties;
      planned: PlannedResource;
      reasons: ParkedReason[];
    }
  | {
      kind: "change" | "removal";
      stored: Properties;
      planned: PlannedResource;
      reasons: ParkedReason[];
      /** Does it. @returns outputs */
      carryOut(): Promise<Properties | undefined>;
    };

export async function look(row: SyncRow, project: ProjectRow, options: LookOptions): Promise<Looked> {
  const { environment, shared, log, now } = options;
  const start = startOf(row, now());
  const named = [row.declared.connection, ...connectionsIn(start)];
  const logins = await resolveLogins(project, named, environment);
  const context: Context = {
    config: readConfig(logins.source, environment),
    environment,
    log: (line) => log(oneLine(line)),
    now,
    shared,
  };
  const olds = start.inputs && withSecrets(start.inputs, logins);
  const outputs = start.outputs && withSecrets(start.outputs, logins);
  const urn = childUrn("fleet", row.project, "", typeToken("ExternalInfisicalSecretSync"), row.name);
  const judged = async (planned: PlannedResource, approve = row.declared.settings.approve) => {
    const policies = [
      ...options.policies,
      ...(project.declared.policies ? [project.declared.policies as Policies] : []),
    ];
    const violations = await judge([planned], policies, async () => context.config);
    return reasonsOf(planned, approve, violations);
  };

  if (row.removed_at) {
    if (!outputs || !olds)
      return { kind: "removal", ...nothingToRemove(urn), carryOut: async () => undefined };
    const planned = plannedDeletion({
      urn,
      type: typeToken("ExternalInfisicalSecretSync"),
      inputs: olds,
      outputs,
    });
    // Policies are heeded also by who prunes.
    const reasons = row.is_pruned
      ? await judged(planned, [])
      : [{ rule: "removed", message: "no file declares it any more" }, ...(await judged(planned))];
    return {
      kind: "removal",
      planned,
      stored: { removed: true, ...withoutSecrets(outputs) },
      reasons,
      carryOut: async () => void (await resources.secretSync.delete(idIn(outputs), outputs, context)),
    };
  }

  const news = inputsOf(row, logins);
  const checked = await resources.secretSync.check(olds, news, context, UNKNOWN);
  if ("failures" in checked) {
    const message = checked.failures.join("\n");
    if (!isGuard(checked.code)) return { kind: "failed", message };
    const stored = withoutSecrets(news);
    const before = olds && { inputs: withoutSecrets(olds), outputs: {} };
    const after = { inputs: { ...stored, keys: UNKNOWN }, outputs: {} };
    return {
      kind: "refused",
      message,
      stored: { ...stored, refused: message },
      planned: plannedChange(urn, before, after),
      reasons: [{ rule: checked.code, message }],
    };
  }
  const { inputs } = checked;
  const stored = withoutSecrets(inputs);
  if (outputs && !row.intent && !resources.secretSync.hasChanged(outputs, inputs))
    return { kind: "unchanged", stored };
  const planned = plannedChange(
    urn,
    olds && { inputs: withoutSecrets(olds), outputs: withoutSecrets(outputs ?? {}) },
    { inputs: stored, outputs: {} },
  );
  return {
    kind: "change",
    stored,
    planned,
    reasons: await judged(planned),
    carryOut: () =>
      outputs
        ? resources.secretSync.update(idIn(outputs), outputs, inputs, context)
        : resources.secretSync.create(inputs, context).then((made) => made.outputs),
  };
}

const idIn = (outputs: Properties): string => String(outputs["syncId"]);

const connectionsIn = ({ inputs, outputs }: Start): string[] =>
  [inputs, outputs].flatMap((one) =>
    typeof one?.["connectionName"] === "string" ? [one["connectionName"]] : [],
  );

function nothingToRemove(urn: string) {
  const planned = plannedDeletion({
    urn,
    type: typeToken("ExternalInfisicalSecretSync"),
    inputs: {},
    outputs: {},
  });
  return { planned, stored: { removed: true }, reasons: [] };
}
