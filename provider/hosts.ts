/** Hosts: which are this machine, and which may be talked to at all. */

/**
 * Names of the hosts that may be talked to, comma-separated. It is read from the environment only: what a pull request
 * can change must not widen it.
 */
export const ALLOWED_HOSTS = "EXTERNAL_INFISICAL_ALLOWED_HOSTS";

/** The environment in which these hosts are the ones that resources may talk to. */
export const allowingHosts = (hosts: HostList | undefined): Record<string, string> =>
  hosts ? { [ALLOWED_HOSTS]: hosts.entries.join(",") } : {};

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

/** A list of hosts that may be talked to. That there is no list, so that every host may be, is `undefined`. */
export interface HostList {
  /** As the user wrote them; an empty list allows no host. */
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
    allows: (url) => originsOf(url).some((origin) => origins.has(origin)),
  };
}

/**
 * The list of the options and of the environment variable {@link ALLOWED_HOSTS}, both comma-separated; undefined where
 * neither is given. One that is given and empty, such as a file that somebody has emptied, allows no host.
 */
export function listHosts(options: readonly string[], variable: string | undefined): HostList | undefined {
  if (options.length === 0 && variable === undefined) return undefined;
  const entries = [...options, variable ?? ""].flatMap((text) => text.split(",")).map((text) => text.trim());
  return hostList(entries.filter((text) => text !== ""));
}

/** What the list allows, for errors. */
export const allowedText = ({ entries }: HostList): string =>
  entries.length > 0 ? entries.join(", ") : "no host, since it is set and empty";

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

/** Scheme, host and port; a root dot makes no other host. */
export const originOf = (url: URL): string => `${url.protocol}//${hostIn(url)}`;

const hostIn = ({ hostname, port }: URL) => `${hostname.replace(/\.$/, "")}${port === "" ? "" : `:${port}`}`;

/** Only http and https. */
function parse(text: string): { protocol: string; hostname: string; host: string } | undefined {
  const whole = hasScheme(text) ? text : `https://${text}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  const { protocol, hostname } = url;
  if ((protocol !== "https:" && protocol !== "http:") || hostname === "") return undefined;
  return { protocol, hostname: hostname.replace(/\.$/, ""), host: hostIn(url) };
}

const hasScheme = (text: string) => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
