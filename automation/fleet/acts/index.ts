/** All acts, by the name that commands, the page and the socket call them by. */
import { z } from "zod";
import { EngineError } from "../../engines/engine.ts";
import { EXIT, type ExitCode } from "../../terminal/exit-codes.ts";
import { errorPart, exitCodeOfFailure, type Failure } from "../../terminal/failures.ts";
import type { Act, Fleet } from "./act.ts";
import { adopt } from "./adopt.ts";
import { approve, reject } from "./decide.ts";
import { apply, plan } from "./declare.ts";
import { drift } from "./drift.ts";
import { exportSyncs } from "./export.ts";
import { history } from "./history.ts";
import { pause, resume, run } from "./pause.ts";
import { show } from "./show.ts";
import { status } from "./status.ts";

export const ACTS = {
  status,
  show,
  history,
  drift,
  approve,
  reject,
  pause,
  resume,
  run,
  plan,
  apply,
  adopt,
  export: exportSyncs,
} as const;
export type ActName = keyof typeof ACTS;
export type InputOf<Name extends ActName> = z.input<(typeof ACTS)[Name]["input"]>;
export type ContentOf<Name extends ActName> = Awaited<ReturnType<(typeof ACTS)[Name]["act"]>>;

/** Does an act. @throws EngineError */
export async function perform<Name extends ActName>(
  fleet: Fleet,
  name: Name,
  raw: InputOf<Name>,
): Promise<ContentOf<Name>> {
  const { input, act }: Act = ACTS[name];
  const given = input.safeParse(raw);
  if (given.error) throw new EngineError("invalid-config", `fleet ${name}: ${z.prettifyError(given.error)}`);
  return (await act(fleet, given.data)) as ContentOf<Name>;
}

interface Told<Name extends ActName> {
  version: 1;
  command: `fleet ${Name}`;
  exitCode: ExitCode;
}
/** What is answered to who asks from another process: the envelope of all commands, and what the act came to. */
export type ActDocument<Name extends ActName = ActName> =
  | (Told<Name> & { result: "succeeded" } & ContentOf<Name>)
  | (Told<Name> & { result: "failed"; error: Failure });

/** Does an act, and makes a document of it as commands print it, also of a failure. */
export async function performAsDocument<Name extends ActName>(
  fleet: Fleet,
  name: Name,
  raw: InputOf<Name>,
): Promise<ActDocument<Name>> {
  const told = { version: 1, command: `fleet ${name}` } as const;
  try {
    const content = await perform(fleet, name, raw);
    return { ...told, result: "succeeded", exitCode: EXIT.done, ...content } as ActDocument<Name>;
  } catch (error) {
    return { ...told, result: "failed", exitCode: exitCodeOfFailure(error), error: errorPart(error) };
  }
}
