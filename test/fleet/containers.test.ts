/** How examples/fleet runs a fleet in containers: what files alone can be asked. */
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import * as options from "../../automation/commands/fleet/options.ts";
import { flagOf } from "../../automation/commands/options.ts";

/** The lists of texts in a document that begin with a command of a fleet. */
function commandsIn(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  const isCommand = Array.isArray(value) && /^(start|apply|migrate)$/.test(String(value[0]));
  return isCommand ? [value.map(String)] : Object.values(value).flatMap(commandsIn);
}

const known = { start: options.startOptions, apply: options.applyOptions, migrate: options.fleetOptions };

it.each(["compose.yaml", "kubernetes.yaml"])(
  "%s runs commands that there are, and says where people reach the page",
  async (file) => {
    const text = await readFile(new URL(`../../examples/fleet/${file}`, import.meta.url), "utf8");
    const commands = parseAllDocuments(text, { merge: true }).flatMap((one) => commandsIn(one.toJS()));
    expect(commands.map(([name]) => name).toSorted()).toEqual(["apply", "migrate", "start"]);
    for (const [name, ...args] of commands) {
      const flags = Object.keys(known[name as keyof typeof known].shape).map(flagOf);
      const given = args.filter((arg) => arg.startsWith("--"));
      expect(flags).toEqual(expect.arrayContaining(given));
      if (given.includes("--host")) expect(given).toContain("--page-url");
    }
  },
);

it("compose.yaml has one image for all, and a port of the page for each worker, from the one that PAGE_URL names", async () => {
  const text = await readFile(new URL("../../examples/fleet/compose.yaml", import.meta.url), "utf8");
  const { services } = parse(text, { merge: true });
  const { migrate, worker, declare } = services;
  for (const each of [worker, declare])
    expect(each).toMatchObject({ build: migrate.build, image: migrate.image });
  const [, first, last] = /^127\.0\.0\.1:(\d+)-(\d+):4780$/.exec(worker.ports[0]) ?? [];
  expect(Number(last) - Number(first) + 1).toBe(worker.deploy.replicas);
  expect(worker.command).toContain(`\${PAGE_URL:-http://localhost:${first}}`);
});
