/** By which names the page answers: a name that somebody points at this machine is none of them (DNS rebinding). */
import { isIP } from "node:net";

export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host.startsWith("127.");

/**
 * An address is no name that could be pointed elsewhere, and is always right.
 *
 * @param names hosts that were named to this server
 */
export function isKnownHost(header: string | undefined, names: readonly string[]): boolean {
  const host = URL.parse(`http://${header}`);
  if (header === undefined || !host || host.pathname !== "/" || host.username !== "") return false;
  const name = host.hostname.replace(/^\[|\]$/g, "");
  return isIP(name) !== 0 || name === "localhost" || names.includes(name);
}
