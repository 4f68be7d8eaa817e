import { ALLOWED_HOSTS, listHosts } from "../../../provider/hosts.ts";
import type { StackHandle } from "../../engines/engine.ts";
import { inOrderOf } from "../../engines/urn.ts";
import { contextOf } from "../../stack/provider-context.ts";
import { checkRecordedHosts } from "../../stack/recorded-hosts.ts";
import { recordedSyncs, syncsNamed } from "../../stack/recorded-syncs.ts";
import type { Run } from "../runner.ts";
import { type Look, lookAt } from "./look.ts";

/**
 * Looks at the syncs that the stack's state has.
 *
 * @param run its options: names of syncs (none for all), and the hosts that may be talked to
 * @throws EngineError `invalid-config` for a name or a host that is not allowed for
 */
export async function lookAtStack(
  stack: Pick<StackHandle, "exportStack" | "getAllConfig" | "folders" | "order">,
  run: Pick<
    Run<{ sync: readonly string[]; allowHost: readonly string[] }>,
    "options" | "session" | "shared" | "environment"
  >,
): Promise<Look[]> {
  const { session, shared, environment } = run;
  const { sync, allowHost } = run.options;
  const exported = await stack.exportStack();
  const recorded = recordedSyncs(exported, session.redactor.add).toSorted(inOrderOf(stack.order));
  const syncs = sync.length === 0 ? recorded : syncsNamed(recorded, sync);
  const context = await contextOf(stack, environment, () => {}, shared);
  shared.lookTogether(stack.folders?.(sync.length === 0 ? undefined : syncs.map(({ urn }) => urn)) ?? []);
  checkRecordedHosts(syncs, context, listHosts(allowHost, environment[ALLOWED_HOSTS]));
  return lookAt(syncs, context);
}
