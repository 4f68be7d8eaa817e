/** `status` reads the state, asks the instances unless told not to, and prints one table. */
import type { StackHandle } from "../../engines/engine.ts";
import { inOrderOf } from "../../engines/urn.ts";
import { openStack } from "../../stack/open-stack.ts";
import { contextOf } from "../../stack/provider-context.ts";
import { recordedSyncs, syncsNamed } from "../../stack/recorded-syncs.ts";
import { exitCodeOfErrors } from "../../terminal/failures.ts";
import { lookAtStack } from "../drift/look-at-stack.ts";
import type { Action, Run } from "../runner.ts";
import { type StatusDocument, statusPart } from "./document.ts";
import { type StatusOptions, statusOptions } from "./options.ts";
import { currentStatus, recordedStatus, type SyncStatus } from "./status-of.ts";
import { statusText } from "./table.ts";

export const status: Action<StatusOptions, { statuses: SyncStatus[] }, StatusDocument> = {
  name: "status",
  options: statusOptions,
  async act(run) {
    const stack = await openStack(run, "look");
    return { statuses: await (run.options.offline ? recorded : current)(stack, run) };
  },
  exitCode: ({ statuses = [] }) =>
    exitCodeOfErrors(statuses.flatMap(({ look }) => (look?.error === undefined ? [] : [look.error]))),
  document: ({ statuses = [] }, envelope) => ({
    ...envelope,
    command: "status",
    syncs: statuses.map(statusPart),
  }),
  text: ({ syncs }, { session }) => `\n${statusText(syncs, session.paint)}\n`,
};

async function recorded(
  stack: StackHandle,
  { options: { sync }, session }: Run<StatusOptions>,
): Promise<SyncStatus[]> {
  const exported = await stack.exportStack();
  const syncs = recordedSyncs(exported, session.redactor.add).toSorted(inOrderOf(stack.order));
  return (sync.length === 0 ? syncs : syncsNamed(syncs, sync)).map(recordedStatus);
}

async function current(stack: StackHandle, run: Run<StatusOptions>): Promise<SyncStatus[]> {
  const { environment, shared } = run;
  const looks = await lookAtStack(stack, run);
  const context = await contextOf(stack, environment, () => {}, shared);
  return Promise.all(looks.map((look) => currentStatus(look, context)));
}
