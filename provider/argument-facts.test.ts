import { expect, test } from "vitest";
import type { z } from "zod";
import { argumentFacts, connectionArgs, secretSyncArgs, syncOptions } from "./schema.ts";

test.each<[string, z.ZodObject]>([
  ["connection", connectionArgs],
  ["sync", secretSyncArgs],
  ["options", syncOptions],
])("what the texts of the %s say of one execution is refused in the other", (_what, { shape }) => {
  const told = (execution: string) =>
    Object.keys(shape).filter((name) =>
      shape[name]?.meta()?.description?.endsWith(`\`${execution}\` execution only.`),
    );
  for (const name of told("native"))
    expect(argumentFacts.get(shape[name] as z.ZodType)?.execution, name).toBe("native");
  for (const name of told("engine"))
    expect(argumentFacts.get(shape[name] as z.ZodType)?.engine, name).toBeDefined();
  expect(told("native").length + told("engine").length).toBeGreaterThan(1);
});

test("zod's own registry, which JSON Schemas are made from, has nothing of it", () => {
  for (const { shape } of [connectionArgs, secretSyncArgs, syncOptions])
    for (const [name, argument] of Object.entries(shape))
      for (const fact of ["decidesKeys", "execution", "engine", "terraform"])
        expect(argument.meta() ?? {}, name).not.toHaveProperty(fact);
});
