/** `cancel` tells who holds the stack, asks, and removes the locks. */
import { oneLine } from "../../../provider/printable.ts";
import type { StackHandle } from "../../engines/engine.ts";
import { openUnprepared } from "../../stack/open-stack.ts";
import { agree, requireConsent } from "../../terminal/consent.ts";
import type { Action, Run } from "../runner.ts";
import type { CancelDocument } from "./document.ts";
import { type CancelOptions, cancelOptions } from "./options.ts";

export const cancel: Action<CancelOptions, { locks: readonly string[] }, CancelDocument> = {
  name: "cancel",
  options: cancelOptions,
  async act(run) {
    const stack = await openUnprepared(run);
    const locks = await stack.locks();
    const known = locks ? { locks } : {};
    try {
      await unlock(stack, locks, run);
      return known;
    } catch (error) {
      return { ...known, error };
    }
  },
  document: ({ locks }, envelope) => ({
    ...envelope,
    command: "cancel",
    ...(locks && { locks: [...locks] }),
  }),
};

async function unlock(
  stack: StackHandle,
  locks: readonly string[] | undefined,
  { options, session }: Run<CancelOptions>,
): Promise<void> {
  const name = oneLine(stack.name);
  if (locks?.length === 0) return session.print(`The stack ${name} is not locked.`);
  if (locks) session.note(`The stack ${name} is locked:\n${locks.map(oneLine).join("\n")}`);
  requireConsent("cancel", options.yes, session, "Make sure that no process works on it, then pass --yes.");
  if (!options.yes)
    await agree("Do you want to remove the locks? A process that still runs would go on.", session);
  await stack.cancel();
  session.print(`The stack ${name} is not locked any more.`);
}
