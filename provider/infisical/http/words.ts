import { z } from "zod";
import { oneLine } from "../../printable.ts";

/** Shown to people and recorded, so nothing of it may act on a terminal. */
export const words = z.string().transform(oneLine);
