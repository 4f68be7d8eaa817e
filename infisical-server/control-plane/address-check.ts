// Which addresses a connection may point to in production (control-plane §2.8).
import { lookup } from "node:dns/promises";
import { BlockList } from "node:net";
import { badRequest } from "../http/errors.ts";

/** All addresses of a host. */
export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;

const NON_PUBLIC_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  // With the broadcast address.
  "240.0.0.0/4",
];

const NON_PUBLIC_IPV6 = [
  "::/128",
  "::1/128",
  "ff00::/8",
  "fe80::/10",
  "fc00::/7",
  // IPv4 written as IPv6.
  "::ffff:0:0/96",
  "2001:db8::/32",
  "2001:2::/48",
  "100::/64",
];

// Two lists: a joint one would take every IPv4 address for a member of the range of mapped ones.
const ipv4 = blockListOf(NON_PUBLIC_IPV4, "ipv4");
const ipv6 = blockListOf(NON_PUBLIC_IPV6, "ipv6");

/** A host without an address is an unhandled error of the product, and so a 500. */
export async function requirePublicAddress(
  instanceUrl: string,
  resolve: Resolve = resolveAll,
): Promise<void> {
  const { username, password, hostname } = new URL(instanceUrl);
  if (username !== "" || password !== "") throw badRequest("URLs with user credentials are not allowed");
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (host === "localhost" || host === "host.docker.internal")
    throw badRequest("Local IPs not allowed as URL");
  for (const { address, family } of await resolve(host)) {
    const isLocal = family === 6 ? ipv6.check(address, "ipv6") : ipv4.check(address, "ipv4");
    if (isLocal) throw badRequest("Local IPs not allowed as URL");
  }
}

const resolveAll: Resolve = (host) => lookup(host, { all: true });

function blockListOf(ranges: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", prefix] = range.split("/");
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}
