/** A command whose document is what one act of a fleet has come to. */
import type { ActName } from "../../fleet/acts/index.ts";
import type { ExitCode } from "../../terminal/exit-codes.ts";
import { EXIT } from "../../terminal/exit-codes.ts";
import type { Session } from "../../terminal/session.ts";
import type { OptionsReader } from "../read-options.ts";
import type { Action, AnyDocument, Run, RunOptions } from "../runner.ts";

interface ActCommand<Options, Content> {
  name: ActName | "migrate" | "start";
  options: OptionsReader<Options>;
  act(run: Run<Options>): Promise<Content>;
  text(content: Content, session: Session): string;
  isLog?: boolean;
  exitCode?(content: Content): ExitCode;
  hasChanges?(content: Content): boolean;
}

export const actAction = <Options extends RunOptions, Content extends object>({
  name,
  options,
  act,
  text,
  isLog = false,
  exitCode = () => EXIT.done,
  hasChanges = () => false,
}: ActCommand<Options, Content>): Action<Options, { content: Content }, AnyDocument> => ({
  name: `fleet ${name}`,
  options,
  isLog,
  act: async (run) => ({ content: await act(run) }),
  // Of a failure there is the envelope alone; see documents.ts.
  document: ({ content }, envelope) => ({ ...envelope, ...content }),
  text: (document, { session }) => text(document as AnyDocument & Content, session),
  exitCode: ({ content }) => (content ? exitCode(content) : EXIT.done),
  hasChanges: ({ content }) => content !== undefined && hasChanges(content),
});
