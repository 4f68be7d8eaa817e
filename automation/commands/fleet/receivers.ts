/** Who may get syncs back from a fleet: a stack, or a state of Terraform's that was pulled into a file. */
import { extname, resolve } from "node:path";
import { omit } from "../../../provider/resources/properties.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import { HALF_WAY } from "../../../provider/resources/sync/outputs.ts";
import { writeAtomically } from "../../engines/local/state/files.ts";
import { changeRecords, type RecordChange } from "../../stack/change-records.ts";
import { openStack } from "../../stack/open-stack.ts";
import { recordedSyncs } from "../../stack/recorded-syncs.ts";
import type { Run } from "../runner.ts";
import type { ExportOptions } from "./options.ts";
import { keptTextOf, readState, syncsIn } from "./recorded.ts";

export interface Receiver {
  /** In words. */
  to: string;
  /** What to do afterwards. */
  next: string;
  /** Those of the engine that are in its state. */
  syncs: ReceivedSync[];
  /** Writes what was given. @throws EngineError where its state has changed meanwhile */
  save(): Promise<void>;
}

interface ReceivedSync {
  outputs: Properties;
  give(ofFleet: Properties): void;
}

export const receiverOf = (run: Run<ExportOptions>): Promise<Receiver> =>
  run.place !== undefined && extname(run.place) === ".tfstate"
    ? terraformReceiver(resolve(run.options.cwd ?? process.cwd(), run.place), run.place)
    : stackReceiver(run);

async function stackReceiver(run: Run<ExportOptions>): Promise<Receiver> {
  const { session, opened } = run;
  const stack = await openStack(run, "change");
  const recorded = recordedSyncs(await stack.exportStack(), session.redactor.add);
  const changes: RecordChange[] = [];
  return {
    to: `the stack ${opened.project ?? ""}/${stack.name}`,
    next: "From now on its deployments run them: external-infisical up",
    syncs: recorded
      .filter(({ execution }) => execution === "engine")
      .map(({ urn, outputs }) => ({
        outputs,
        give: (ofFleet) => void changes.push({ urn, before: outputs, after: handedOver(outputs, ofFleet) }),
      })),
    save: () => changeRecords(stack, changes, session.redactor.add),
  };
}

/** How the stack reaches the instances, and what the sync is called there, stays the stack's. */
const STACKS_OWN = [
  "name",
  "description",
  "connectionId",
  "connectionName",
  "connectionExecution",
  "connection",
  "instanceUrl",
  "machineIdentityClientId",
  "machineIdentityClientSecret",
  "auth",
  "allowInsecureHttp",
  "syncId",
  "createdAt",
];

const handedOver = (before: Properties, ofFleet: Properties): Properties => ({
  ...omit(before, HALF_WAY),
  ...omit(ofFleet, STACKS_OWN),
});

async function terraformReceiver(path: string, name: string): Promise<Receiver> {
  const state = await readState(path);
  const { givenBack, recordedSync } = await import("../../../provider/terraform/resources/secret-sync.ts");
  return {
    to: `Terraform's ${name}`,
    next: `Where it was pulled from a backend, push it: terraform state push ${name}`,
    syncs: syncsIn(state.resources).flatMap((instance) => {
      const { attributes } = instance;
      if (!attributes) return [];
      const kept = keptTextOf(instance);
      const { isNative, outputs } = recordedSync(attributes, kept);
      if (isNative) return [];
      const give = (ofFleet: Properties) => {
        const given = givenBack(attributes, kept, ofFleet);
        instance.attributes = given.attributes;
        instance.private = Buffer.from(given.private).toString("base64");
      };
      return [{ outputs, give }];
    }),
    // A backend takes what is newer than what it has.
    async save() {
      const text = JSON.stringify({ ...state, serial: (state.serial ?? 0) + 1 }, null, 2);
      await writeAtomically(path, `${text}\n`);
    },
  };
}
