/** Stands in the inputs of what is skipped in a deployment: a preview shows it, and no run was announced. */
export const SKIPPED = { skipped: "unreachable" } as const;

/** True for inputs or outputs that tell of a skipped run or proof. */
export const isSkipped = ({ skipped }: { readonly skipped?: unknown }): boolean => skipped !== undefined;
