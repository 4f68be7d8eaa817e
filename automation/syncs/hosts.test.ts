import { expect, it } from "vitest";
import { allowedHosts, listHosts } from "./hosts.ts";

const check = (list: string[], url: string) => allowedHosts(list).check([{ url, what: "source.host" }]);

it.each([
  [[], "https://anything.example.com"],
  [["dr.example.com"], "https://dr.example.com"],
  [["dr.example.com"], "https://DR.example.com:443/"],
  [["dr.example.com:8443"], "https://dr.example.com:8443"],
  [["https://dr.example.com"], "https://dr.example.com"],
])("with %j allows %s", (list, url) => {
  expect(() => check(list, url)).not.toThrow();
});

it.each([
  [["dr.example.com"], "https://dr.example.com.evil.example"],
  [["dr.example.com"], "https://evil.example/dr.example.com"],
  [["dr.example.com"], "https://dr.example.com:8443"],
  [["dr.example.com"], "https://sub.dr.example.com"],
])("with %j refuses %s", (list, url) => {
  expect(() => check(list, url)).toThrow("source.host: ");
});

it("takes hosts from options and the environment", () => {
  expect(listHosts(["a.example"], " b.example,,c.example ")).toEqual(["a.example", "b.example", "c.example"]);
});
