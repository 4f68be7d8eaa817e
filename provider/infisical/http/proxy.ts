/** Which proxies the environment names, and by which of its variables: in capitals or small, as other programs take them. */
import { BridgeError } from "../../errors.ts";
import { lookUp } from "../../look-up.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy, with the variable that names it. */
export interface ProxyServer {
  variable: string;
  /** It may hold a password. */
  url: string;
  host: string;
}

/** The proxy for requests of a scheme; https goes by that of http where it has none of its own. */
export function proxyFor(protocol: string, environment: Environment): ProxyServer | undefined {
  const names = protocol === "https:" ? ["https", "http"] : ["http"];
  return names.map((name) => named(name, environment)).find((proxy) => proxy !== undefined);
}

/** An empty variable in small letters stands before one in capitals: no proxy is meant then. */
function named(scheme: string, environment: Environment): ProxyServer | undefined {
  const spelt = [`${scheme}_proxy`, `${scheme}_proxy`.toUpperCase()];
  const variable = spelt.find((name) => lookUp(environment, name) !== undefined);
  const text = (variable === undefined ? undefined : lookUp(environment, variable))?.trim();
  return variable && text ? parsed(variable, text) : undefined;
}

/** @throws BridgeError `invalid-arguments`, without the value, which may hold a password */
function parsed(variable: string, text: string): ProxyServer {
  // As other programs read it.
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url && /^(?:https?|socks5?):$/.test(url.protocol) && url.hostname !== "")
    return { variable, url: url.href, host: url.host };
  throw new BridgeError("invalid-arguments", `The environment variable ${variable} names no proxy.`, {
    hint: "Write it like http://proxy.example.com:3128, or leave it empty; hosts of NO_PROXY are asked for directly.",
  });
}

/** Hosts that are asked for directly. */
export const unproxied = (environment: Environment): string =>
  environment["no_proxy"] ?? environment["NO_PROXY"] ?? "";
