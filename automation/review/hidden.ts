/** Secrets among a resource's properties: each engine shows them in its own way. */
import { SIGNATURE } from "../../provider/marked-values.ts";

/** What stands for a secret in all that is shown. */
export const HIDDEN = "[secret]";

/** True for what an engine shows instead of a secret, whatever the secret is. */
export const isHidden = (value: unknown): boolean =>
  value === HIDDEN || (typeof value === "object" && value !== null && Object.hasOwn(value, SIGNATURE));
