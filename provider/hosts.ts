/** Hosts: which are this machine, and which may be talked to at all. */

/**
 * Names of the hosts that may be talked to, comma-separated. It is read from the environment only: what a pull request
 * can change must not widen it.
 */
export const ALLOWED_HOSTS = "EXTERNAL_INFISICAL_ALLOWED_HOSTS";

/** The environment in which these hosts are the ones that resources may talk to; none changes nothing. */
export const allowingHosts = (hosts: readonly string[]): Record<string, string> =>
  hosts.length > 0 ? { [ALLOWED_HOSTS]: hosts.join(",") } : {};

/** How entries look, for errors. */
export const ALLOWED_HOSTS_FORMAT =
  "Allowed hosts look like infisical.example.com or infisical.example.com:8443, or http://infisical.internal where plain http is meant.";

/** True for names and addresses that never leave this machine. */
export function isLoopback({ hostname }: Pick<URL, "hostname">): boolean {
  return isLocalName(hostname) || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** `localhost` and the names under it (RFC 6761), the root dot included. */
export function isLocalName(hostname: string): boolean {
  return /^(.+\.)?localhost\.?$/.test(hostname);
}

/** A list of hosts that may be talked to. */
export interface HostList {
  /** As the user wrote them; an empty list allows every host. */
  readonly entries: readonly string[];
  /** Entries that are no host; they allow nothing. */
  readonly unreadable: readonly string[];
  allows(url: string): boolean;
}

/**
 * @param entries host names with a port where it is not the usual one, or URLs. A bare name stands for https;
 * on this machine, for plain http as well
 */
export function hostList(entries: readonly string[]): HostList {
  const origins = new Set(entries.flatMap(originsOf));
  return {
    entries,
    unreadable: entries.filter((entry) => originsOf(entry).length === 0),
    allows: (url) => entries.length === 0 || originsOf(url).some((origin) => origins.has(origin)),
  };
}

/** Host names from the options and, comma-separated, from the environment variable {@link ALLOWED_HOSTS}. */
export function listHosts(options: readonly string[], variable: string | undefined): string[] {
  return [...options, ...(variable ?? "").split(",")]
    .map((text) => text.trim())
    .filter((text) => text !== "");
}

/** The host of a URL or of a bare host name, with the port unless it is the usual one. */
export function hostOf(text: string): string {
  return parse(text)?.host ?? text;
}

function originsOf(text: string): string[] {
  const url = parse(text);
  if (url === undefined) return [];
  const isBare = !hasScheme(text);
  const { host } = url;
  return isBare && isLoopback(url) ? [`https://${host}`, `http://${host}`] : [`${url.protocol}//${host}`];
}

/** Only http and https, and no root dot: it makes no other host. */
function parse(text: string): { protocol: string; hostname: string; host: string } | undefined {
  const whole = hasScheme(text) ? text : `https://${text}`;
  if (!URL.canParse(whole)) return undefined;
  const { protocol, hostname, port } = new URL(whole);
  if ((protocol !== "https:" && protocol !== "http:") || hostname === "") return undefined;
  const name = hostname.replace(/\.$/, "");
  return { protocol, hostname: name, host: port === "" ? name : `${name}:${port}` };
}

const hasScheme = (text: string) => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
