/** zod for processes that end soon: a function made for each schema takes longer than they have to gain from it. */
import { z } from "zod";

z.config({ jitless: true });

export * from "zod";
