/** Checks are asked for side by side, and told in the order of the program. */
import { expect, test } from "vitest";
import { declarePair, openStack } from "../../../../test/support/open-stack.ts";
import { startWorld } from "../../../../test/support/world.ts";
import { createLocalEngine } from "../local-engine.ts";

test("a resource is looked at while another one's instance has not answered yet", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: {} });
  const { projectId, environment } = world.destination;
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  world.destination.server.fault({
    kind: "run",
    path: "/api/v4/secrets",
    method: "GET",
    times: 2,
    action: () => {
      waiting += 1;
      if (waiting === 2) both.resolve();
      return both.promise;
    },
  });
  const copy = { name: "copy", destinationConfig: { projectId, environment, secretPath: "/copy" } };
  const program = async () => declarePair(world, { copy });
  await using opened = await openStack(createLocalEngine(), world, { program });
  const told: string[] = [];
  await opened.stack.preview({
    onEvent: ({ resourcePreEvent }) => {
      if (resourcePreEvent) told.push(resourcePreEvent.metadata.urn.split("::").at(-1) ?? "");
    },
  });
  expect(waiting).toBe(2);
  expect(told.filter((each) => each === "sync" || each === "copy")).toEqual(["sync", "copy"]);
});
