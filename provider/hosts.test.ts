import { expect, it, test } from "vitest";
import { ALLOWED_HOSTS, allowingHosts, hostList, isLoopback, listHosts } from "./hosts.ts";

it.each([
  [["dr.example.com"], "https://dr.example.com"],
  [["dr.example.com"], "https://DR.example.com:443/"],
  [["dr.example.com."], "https://dr.example.com/infisical"],
  [["dr.example.com"], "https://dr.example.com."],
  [["dr.example.com:8443"], "https://dr.example.com:8443"],
  [["https://dr.example.com"], "https://dr.example.com"],
  [["http://dr.internal"], "http://dr.internal"],
  [["127.0.0.1:8080"], "http://127.0.0.1:8080"],
  [["localhost"], "http://localhost"],
])("with %j allows %s", (list, url) => {
  expect(hostList(list).allows(url)).toBe(true);
});

it.each([
  [["dr.example.com"], "https://dr.example.com.evil.example"],
  [["dr.example.com"], "https://evil.example/dr.example.com"],
  [["dr.example.com"], "https://dr.example.com@evil.example"],
  [["dr.example.com"], "https://evil.example#dr.example.com"],
  [["dr.example.com"], "https://dr.example.com:8443"],
  [["dr.example.com"], "https://sub.dr.example.com"],
  [["dr.example.com"], "ftp://dr.example.com"],
  // The name alone is the encrypted one: allowInsecureHttp in a reviewed file must not undo that.
  [["dr.example.com"], "http://dr.example.com"],
  [["dr.example.com"], "not a url"],
  [["not a host"], "https://anything.example.com"],
  [["*"], "https://anything.example.com"],
  [[], "https://anything.example.com"],
])("with %j refuses %s", (list, url) => {
  expect(hostList(list).allows(url)).toBe(false);
});

it("says which entries are no hosts", () => {
  expect(hostList(["a.example", "not a host", "ftp://a.example"]).unreadable).toEqual([
    "not a host",
    "ftp://a.example",
  ]);
});

it("takes hosts from options and the environment", () => {
  const listed = listHosts(["a.example,d.example"], " b.example,,c.example ");
  expect(listed?.entries).toEqual(["a.example", "d.example", "b.example", "c.example"]);
});

it("has no list where none is given", () => {
  expect(listHosts([], undefined)).toBeUndefined();
});

it.each([
  [[], ""],
  [[], ","],
  [[], " \n"],
  [[""], undefined],
  [["", " "], ","],
])("takes a list that is given and empty for no host: %j and %j", (options, variable) => {
  const list = listHosts(options, variable);
  expect(list?.allows("https://anything.example.com")).toBe(false);
  // The processes that are started are told the same.
  expect(listHosts([], allowingHosts(list)[ALLOWED_HOSTS])?.entries).toEqual([]);
});

test.each([
  ["http://localhost", true],
  ["http://localhost.", true],
  ["http://LOCALHOST", true],
  ["http://demo.localhost:8080", true],
  ["http://127.0.0.1", true],
  ["http://127.0.0.2", true],
  ["http://127.9.9.9:1", true],
  ["http://2130706433", true],
  ["http://0x7f.1", true],
  ["http://[::1]:1", true],
  ["http://localhost.example.com", false],
  ["http://localhost.evil.com", false],
  ["http://evillocalhost", false],
  ["http://127.0.0.1.example.com", false],
  // Every address of this machine, or none: some systems pass it on.
  ["http://0.0.0.0", false],
  ["http://0", false],
  ["http://[::]", false],
  ["http://[::ffff:127.0.0.1]", false],
  ["http://3232235521", false],
  ["http://10.0.0.1", false],
  ["http://[::2]", false],
])("%s is this machine: %s", (url, expected) => {
  expect(isLoopback(new URL(url))).toBe(expected);
});
