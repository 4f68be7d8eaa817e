/** What is known of outputs in a preview: arguments and plan, and of what is there already, what stays as it is. */
import { UNKNOWN } from "../marked-values.ts";
import { pick } from "../resources/properties.ts";
import type { Properties } from "../resources/resource.ts";
import { connectionOutputs, secretSyncOutputs } from "./outputs.ts";

const OUTPUTS = {
  connection: Object.keys(connectionOutputs.shape),
  secretSync: Object.keys(secretSyncOutputs.shape),
};
/** Outputs that no run changes. */
const LASTING = ["syncId", "createdAt"];
/** Inputs, too, which are known where they are among these. */
const PLANNED = ["keys", "effects"];

/** @param olds outputs of the last deployment, of what is not new */
export function foreseen(kind: keyof typeof OUTPUTS, inputs: Properties, olds: Properties = {}): Properties {
  const open = OUTPUTS[kind].filter((name) => !PLANNED.includes(name));
  return { ...Object.fromEntries(open.map((name) => [name, UNKNOWN])), ...pick(olds, LASTING), ...inputs };
}
