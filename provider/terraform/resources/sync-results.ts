import type { z } from "zod";
import { secretSyncResults } from "../../attributes.ts";
import { toProperties } from "../properties.ts";
import { resultsOf } from "../schema.ts";
import { type ObjectValue, UNKNOWN } from "../value.ts";

/** The computed attributes of a sync. */
export const results = resultsOf(secretSyncResults);

const known = secretSyncResults.partial();

/** What they tell, as far as it is known. */
export const resultsIn = (state: ObjectValue): z.output<typeof known> =>
  known.parse(
    Object.fromEntries(Object.entries(toProperties(results, state)).filter(([, value]) => value !== UNKNOWN)),
  );
