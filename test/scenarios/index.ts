import { drift } from "./drift.ts";
import { imports } from "./imports.ts";
import { keys } from "./keys.ts";
import { life } from "./life.ts";
import { native } from "./native.ts";
import { ownership } from "./ownership.ts";
import { parts } from "./parts.ts";
import { references } from "./references.ts";
import { refusals } from "./refusals.ts";
import type { Scenario } from "./scenario.ts";
import { trees } from "./trees.ts";

/** What users do, step by step, as data: a file by subject. */
export const scenarios: Scenario[] = [
  ...life,
  ...keys,
  ...parts,
  ...trees,
  ...ownership,
  ...drift,
  ...imports,
  ...references,
  ...refusals,
  ...native,
];
