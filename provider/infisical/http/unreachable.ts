import { BridgeError, type ErrorCode } from "../../errors.ts";
import { lookUp } from "../../look-up.ts";
import { PHRASES } from "../../phrases.ts";
import type { Outcome } from "./request.ts";

type Failure = Extract<Outcome, { kind: "failure" }>;

const PRIVATE_AUTHORITY =
  "If the instance has a certificate of a private authority, name that authority's file in the environment variable NODE_EXTRA_CA_CERTS.";
const CERTIFICATE_HINTS: Partial<Record<string, string>> = {
  CERT_HAS_EXPIRED: "It has expired: the instance needs a new one.",
  CERT_NOT_YET_VALID: "It is not valid yet: check the clock of this machine.",
  ERR_TLS_CERT_ALTNAME_INVALID: "It is made out to other names: use the host name that it is made out to.",
};

/** The error for a request that got no answer. */
export function unreachable(
  failure: Failure,
  at: { what: string; host: string; protocol: string; path: string },
): BridgeError {
  const { code, text, hint } = describe(failure, at);
  return new BridgeError(code, `Cannot ${at.what}: ${text}.`, { path: at.path, hint });
}

function describe(
  { reason, detail, proxy }: Failure,
  { host: server, protocol }: { host: string; protocol: string },
): { code: ErrorCode; text: string; hint?: string } {
  const host = proxy ? `${server}, asked for through the proxy ${proxy.host} of ${proxy.variable},` : server;
  const text = `${host} is not reachable (${detail})`;
  const checkProxy =
    proxy && `Check ${proxy.variable}, or name the host in NO_PROXY if it is to be asked directly.`;
  switch (reason) {
    case "address":
      return { code: "unreachable", text, hint: checkProxy ?? "Check the host name in the URL." };
    case "connect":
      return {
        code: "unreachable",
        text,
        hint:
          checkProxy ??
          "Check host and port, and that this machine may connect to it; HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured.",
      };
    case "certificate":
      return {
        code: "untrusted-certificate",
        text: `the certificate of ${host} is not trusted (${detail})`,
        hint: lookUp(CERTIFICATE_HINTS, detail) ?? PRIVATE_AUTHORITY,
      };
    case "protocol":
      return {
        code: "not-infisical",
        text: `${host} does not speak ${protocol.slice(0, -1)} (${detail})`,
        hint: checkProxy ?? "Check whether the URL begins with http or https, and its port.",
      };
    case "dropped":
      return {
        code: "unreachable",
        text: `the connection to ${host} broke (${detail})`,
        hint: "Whether the instance acted on it is not known; the next run looks again.",
      };
    case "timeout":
      return { code: "timeout", text: `${host} ${PHRASES.notInTime} (${detail})` };
    case "too-large":
    case "not-text":
      return { code: "not-infisical", text: `${host}: ${detail}`, hint: "Check the URL." };
    case "cancelled":
      return { code: "cancelled", text: "it was cancelled" };
    case "closed":
      return { code: "cancelled", text: "the client is closed" };
  }
}
