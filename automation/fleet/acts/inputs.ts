/** What the inputs of several acts have. */
import { z } from "zod";

/** The longest comment that is kept. */
const MOST_COMMENT = 2_000;

/** Who asks, for the history. */
export const by = z.string().trim().min(1).max(200).meta({ description: "Who asks, for the history." });

export const comment = z.string().trim().max(MOST_COMMENT).optional().meta({
  description: "Why, for the history and those who read it.",
});

export const syncs = z
  .array(z.string().min(1))
  .min(1)
  .meta({ description: "Names of syncs, or PROJECT/NAME where several projects have one of that name." });
