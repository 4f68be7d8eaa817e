import { expect, test } from "vitest";
import { connectionInputs, providerConfiguration, syncInputs } from "../../test/support/arguments.ts";
import { startWorld } from "../../test/support/world.ts";
import { createShared } from "../resources/process.ts";
import { createCall } from "./calls.ts";

test("what a check and the run after it both find is told once", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const config = providerConfiguration(world);
  const get = (key: string) => config[key]?.value;
  const lines: string[] = [];
  await using shared = createShared();
  const call = createCall(shared, {}, (line) => lines.push(line));
  const { id } = (await call("connection", "create", { get }, [connectionInputs(world)])) as { id: string };
  const syncOptions = { initialSyncBehavior: "overwrite-destination" };
  const inputs = syncInputs(world, { syncOptions }, id);
  const { outs } = (await call("secretSync", "create", { get }, [inputs])) as { outs: object };

  const narrowed = { ...inputs, syncOptions: { ...syncOptions, filter: { keys: { exclude: ["A"] } } } };
  const checked = (await call("secretSync", "check", { get }, [inputs, narrowed])) as { inputs: object };
  await call("secretSync", "update", { get }, ["id", outs, checked.inputs]);
  expect(lines.filter((line) => line.includes("its filter leaves it out"))).toHaveLength(1);
});
