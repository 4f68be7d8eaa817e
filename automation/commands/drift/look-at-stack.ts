import { ALLOWED_HOSTS, listHosts } from "../../../provider/hosts.ts";
import type { Shared } from "../../../provider/resources/process.ts";
import type { StackHandle } from "../../engines/engine.ts";
import { contextOf } from "../../stack/provider-context.ts";
import { checkRecordedHosts } from "../../stack/recorded-hosts.ts";
import { recordedSyncs, syncsNamed } from "../../stack/recorded-syncs.ts";
import type { Session } from "../../terminal/session.ts";
import { type Look, lookAt } from "./look.ts";

/**
 * Looks at the syncs that the stack's state has.
 *
 * @param options names of syncs (none for all), and the hosts that may be talked to
 * @throws EngineError `invalid-config` for a name or a host that is not allowed for
 */
export async function lookAtStack(
  stack: Pick<StackHandle, "exportStack" | "getAllConfig">,
  { sync, allowHost }: { sync: readonly string[]; allowHost: readonly string[] },
  { redactor }: Pick<Session, "redactor">,
  shared: Shared,
): Promise<Look[]> {
  const { env } = process;
  const recorded = recordedSyncs(await stack.exportStack(), redactor.add);
  const syncs = sync.length === 0 ? recorded : syncsNamed(recorded, sync);
  const context = await contextOf(stack, env, () => {}, shared);
  checkRecordedHosts(syncs, context, listHosts(allowHost, env[ALLOWED_HOSTS]));
  return lookAt(syncs, context);
}
