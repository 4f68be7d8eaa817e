import { expect, test } from "vitest";
import type { FailureReason } from "./request.ts";
import { unreachable } from "./unreachable.ts";

const at = { what: "list secrets", host: "i.example", protocol: "https:", path: "host" };
const errorOf = (reason: FailureReason, detail: string) =>
  unreachable({ kind: "failure", reason, detail }, at);

test.each<[FailureReason, RegExp]>([
  [
    "address",
    /^Cannot list secrets: i\.example, asked for through the proxy p:3128 of HTTPS_PROXY, is not reachable/,
  ],
  [
    "connect",
    /asked for through the proxy p:3128 of HTTPS_PROXY, is not reachable .*Check HTTPS_PROXY, or .*NO_PROXY/,
  ],
  ["protocol", /through the proxy p:3128 of HTTPS_PROXY, does not speak https .*Check HTTPS_PROXY/],
])("%s behind a proxy names it, and its variable", (reason, text) => {
  const proxy = { host: "p:3128", variable: "HTTPS_PROXY" };
  const error = unreachable({ kind: "failure", reason, detail: "E", proxy }, at);
  expect(`${error.message} ${error.hint}`).toMatch(text);
});

test.each<[FailureReason, string, string, RegExp]>([
  ["address", "ENOTFOUND", "unreachable", /i\.example is not reachable \(ENOTFOUND\)\. .*host name/],
  ["connect", "ECONNREFUSED", "unreachable", /i\.example is not reachable \(ECONNREFUSED\)\. .*port/],
  ["certificate", "SELF_SIGNED_CERT_IN_CHAIN", "untrusted-certificate", /not trusted .*NODE_EXTRA_CA_CERTS/],
  ["certificate", "CERT_HAS_EXPIRED", "untrusted-certificate", /not trusted .*new one/],
  ["protocol", "EPROTO", "not-infisical", /does not speak https .*http or https/],
  ["dropped", "ECONNRESET", "unreachable", /broke \(ECONNRESET\)/],
  ["timeout", "UND_ERR_HEADERS_TIMEOUT", "timeout", /in time/],
  ["too-large", "the answer is larger than 9 bytes", "not-infisical", /larger than 9 bytes/],
  ["cancelled", "", "cancelled", /cancelled/],
  ["closed", "", "cancelled", /closed/],
])("%s (%s) becomes %s", (reason, detail, code, text) => {
  const error = errorOf(reason, detail);
  expect(error).toMatchObject({ code, path: "host" });
  expect(`${error.message} ${error.hint}`).toMatch(text);
  expect(error.message).toMatch(/^Cannot list secrets: /);
});
