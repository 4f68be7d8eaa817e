/** What Pulumi's bridge cannot do, or does unasked: said before anything is done. */
import { BridgeError } from "../../errors.ts";
import { executionOf } from "../../resources/execution.ts";
import type { Properties } from "../../resources/index.ts";

/**
 * The bridge sends no private data with a deletion, where it stands which keys the sync has created.
 *
 * @throws BridgeError for a sync that would remove nothing then, against what it says
 */
export function refuseRemoval(inputs: Properties): void {
  if (inputs["removeSecretsOnDelete"] !== true || executionOf(inputs) === "native") return;
  throw new BridgeError(
    "invalid-arguments",
    "Pulumi's bridge of Terraform providers does not tell which secrets a sync has created when it is deleted, so that none could be removed.",
    {
      path: "removeSecretsOnDelete",
      hint: "Set removeSecretsOnDelete to false, which leaves them at the destination, or use Pulumi's plugin externalinfisical, which removes them.",
    },
  );
}

/** @returns a line where nobody seems to have given the name; it is part of what the sync or connection is known by */
export function madeUpName({ name }: Properties): string[] {
  if (typeof name !== "string" || !/-(?=[a-f]*[0-9])[0-9a-f]{7}$/.test(name)) return [];
  return [
    `The name ${name} looks made up by Pulumi, which makes another one up for a resource that is made anew. Give a name: it is the resource's identity.`,
  ];
}
