import { BridgeError } from "../errors.ts";
import { ALLOWED_HOSTS, ALLOWED_HOSTS_FORMAT, allowedText, hostOf, listHosts } from "../hosts.ts";
import { PHRASES } from "../phrases.ts";
import type { Context } from "./resource.ts";

/**
 * Refuses to send anything to a host that the environment does not allow; without a list every host is.
 *
 * @param path the argument that holds the URL
 * @throws BridgeError `host-not-allowed`; `invalid-arguments` for an entry that is no host
 */
export function requireAllowedHost(url: string, path: string, environment: Context["environment"]): void {
  const hosts = listHosts([], environment[ALLOWED_HOSTS]);
  if (!hosts) return;
  if (hosts.unreadable.length > 0) {
    const told = hosts.unreadable.map((entry) => `"${entry}"`).join(", ");
    throw new BridgeError("invalid-arguments", `${ALLOWED_HOSTS} names what is no host: ${told}.`, {
      hint: ALLOWED_HOSTS_FORMAT,
    });
  }
  if (hosts.allows(url)) return;
  const scheme = url.startsWith("http://") ? "http://" : "";
  throw new BridgeError(
    "host-not-allowed",
    `${scheme}${hostOf(url)} ${PHRASES.hostNotAllowed}, so nothing was sent there.`,
    {
      path,
      hint: `${ALLOWED_HOSTS} allows ${allowedText(hosts)}: add it there if secrets may go to it, or mend the URL.`,
    },
  );
}
