import type { HostList } from "../../provider/hosts.ts";
import type { Context } from "../../provider/resources/resource.ts";
import { allowedHosts } from "../syncs/hosts.ts";
import type { RecordedSync } from "./recorded-syncs.ts";

/**
 * The hosts of the state, which need not be those of a file that was checked when the stack was opened.
 *
 * @param allowed undefined for all
 * @throws EngineError `invalid-config`
 */
export function checkRecordedHosts(
  syncs: readonly RecordedSync[],
  { config }: Context,
  allowed: HostList | undefined,
): void {
  const hosts = syncs.flatMap(({ resource, outputs: { instanceUrl } }) =>
    typeof instanceUrl === "string" ? [{ url: instanceUrl, what: `${resource}: instanceUrl` }] : [],
  );
  allowedHosts(allowed).check([{ url: config.host, what: "external-infisical:host" }, ...hosts]);
}
