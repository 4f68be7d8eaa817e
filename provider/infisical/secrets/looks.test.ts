import { expect, test } from "vitest";
import { startInfisicalServer } from "../../../infisical-server/index.ts";
import { ID, list, row, startScripted } from "../../../test/support/scripted-store.ts";
import { ARGUMENT_NAMES, clientFor } from "../../../test/support/store-subject.ts";
import { createLooks, type Earlier } from "./looks.ts";

async function arena() {
  const server = await startInfisicalServer();
  const { id: projectId } = server.createProject();
  const client = clientFor(server, server.createIdentity({ memberships: [{ projectId, role: "member" }] }));
  const targetOf = (secretPath: string) => {
    const place = { origin: server.url, projectId, environment: "dev", secretPath };
    return { client, place, argumentNames: ARGUMENT_NAMES };
  };
  return {
    server,
    targetOf,
    put: (secretPath: string, values: Record<string, string>) =>
      server.putSecrets({ projectId, environment: "dev", secretPath }, values),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

test("a later look asks whether the list of an earlier one is still current", async () => {
  await using world = await arena();
  const { server, targetOf, put } = world;
  put("/f/a", { A: "1" });
  put("/f/b", { B: "2" });
  const targets = ["/f/a", "/f/b"].map(targetOf);
  const before: Earlier = new Map();
  const look = async () => {
    const { at } = createLooks(
      targets.map(({ place }) => place),
      before,
    );
    server.clearRequests();
    const shown = await Promise.all(targets.map(at));
    const values = shown.map((listing) => listing?.secrets.map(({ value }) => value.reveal()));
    return [
      values,
      server.requests.filter(({ path }) => path.endsWith("/secrets")).map(({ status }) => status),
    ];
  };
  expect(await look()).toEqual([[["1"], ["2"]], [200]]);
  expect(await look()).toEqual([[["1"], ["2"]], [304]]);
  put("/f/b", { B: "3" });
  expect(await look()).toEqual([[["1"], ["3"]], [200]]);
});

test("what has never been told of other folders is not shown by an earlier list", async () => {
  await using world = await arena();
  const { targetOf, put } = world;
  for (const path of ["/f/a", "/f/b", "/f/c"]) put(path, { A: path });
  const before: Earlier = new Map();
  const [a, b, c] = [targetOf("/f/a"), targetOf("/f/b"), targetOf("/f/c")];
  expect(await createLooks([a.place, b.place], before).at(a)).toBeDefined();
  expect((await createLooks([a.place, c.place], before).at(c))?.secrets).toHaveLength(1);
});

test("a folder that is missing is proven so, and only where nothing has been written near it since", async () => {
  await using world = await arena();
  const { targetOf, put } = world;
  put("/f/a", { A: "1" });
  const [a, b] = [targetOf("/f/a"), targetOf("/f/b")];
  const looks = createLooks([a.place, b.place]);
  // The first looks by itself.
  expect(await looks.proven(a)).toBeUndefined();
  expect(await looks.proven(b)).toMatchObject({ folderExists: false });
  looks.forget({ projectId: b.place.projectId, folder: targetOf("/f/b/below").place });
  expect(await looks.proven(b)).toBeUndefined();
  expect(await looks.proven(a)).toMatchObject({ folderExists: true });
});

test("a folder with a key twice is not told, and the others are", async () => {
  const rows = [
    row("A", "1", { secretPath: "/f/a" }),
    row("A", "2", { secretPath: "/f/a" }),
    row("A", "3", { secretPath: "/f/b" }),
  ];
  const { server } = await startScripted({ "GET /api/v4/secrets": list(...rows) });
  await using _ = server;
  await using client = clientFor(server, { clientId: ID, clientSecret: "secret" });
  const [a, b] = ["/f/a", "/f/b"].map((secretPath) => ({
    client,
    place: { origin: server.url, projectId: "p", environment: "dev", secretPath },
    argumentNames: ARGUMENT_NAMES,
  }));
  if (!a || !b) throw new Error("There are two.");
  const looks = createLooks([a.place, b.place]);
  expect(await looks.at(a)).toBeUndefined();
  expect((await looks.at(b))?.secrets).toHaveLength(1);
});
