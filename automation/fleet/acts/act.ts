/** An act: something that a person asks of a fleet, by a command or a button. What it answers is plain data. */
import type { z } from "zod";
import type { Policies } from "../../policies/schema.ts";
import type { Database } from "../database/database.ts";
import type { Queue } from "../queue/queue.ts";

/** What acts work on. */
export interface Fleet {
  readonly database: Database;
  readonly queue: Pick<Queue, "trigger">;
  /** What references to secrets stand for, where this process may look at instances. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Beside those of the files. */
  readonly policies?: readonly Policies[];
}

export interface Act<Input extends z.ZodType = z.ZodType, Content extends object = object> {
  input: Input;
  /** @returns what the document has beside its envelope. @throws EngineError where it was not done */
  act(fleet: Fleet, input: z.output<Input>): Promise<Content>;
}

/** An act, with the types of its input and content. */
export const act = <Input extends z.ZodType, Content extends object>(
  input: Input,
  run: (fleet: Fleet, input: z.output<Input>) => Promise<Content>,
): Act<Input, Content> => ({ input, act: run });
