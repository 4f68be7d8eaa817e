import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { requireLogin } from "./remote-login.ts";
import { CONNECTIONS, startTwoInstances, type TwoInstances } from "./test-client.ts";

async function startRemote(answer: RequestListener): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Tries to make a connection with other credentials. */
const tryWith = ({ admin, connectionBody, credentials }: TwoInstances, more: object) =>
  admin.post(CONNECTIONS, connectionBody({ credentials: { ...credentials, ...more } }));

const refusal = (text: string) => ({
  status: 400,
  body: { statusCode: 400, error: "BadRequest", message: text, reqId: expect.stringMatching(/^req-/) },
});

test("a wrong client secret is a 400 with the status of the other instance", async () => {
  await using world = await startTwoInstances();
  expect(await tryWith(world, { machineIdentityClientSecret: "wrong-client-secret" })).toMatchObject(
    refusal("Failed to validate credentials: Request failed with status code 401"),
  );
  expect(world.remote.requests.at(-1)).toMatchObject({
    method: "POST",
    path: "/api/v1/auth/universal-auth/login",
    status: 401,
  });
});

test("a trailing slash of the address stays in the address of the login", async () => {
  await using world = await startTwoInstances();
  expect(await tryWith(world, { instanceUrl: `${world.remote.url}/` })).toMatchObject(
    refusal("Failed to validate credentials: Request failed with status code 404"),
  );
  expect(world.remote.requests.at(-1)?.path).toBe("//api/v1/auth/universal-auth/login");
});

test("an identity of the same instance is refused, whatever the address, before any login", async () => {
  await using world = await startTwoInstances();
  const own = world.source.createIdentity();
  const answer = await tryWith(world, {
    machineIdentityClientId: own.clientId,
    machineIdentityClientSecret: own.clientSecret,
  });
  expect(answer).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining("targeting the same instance") },
  });
  expect(world.remote.requests).toEqual([]);
});

test("nobody listening is told as the network says it", async () => {
  await using world = await startTwoInstances();
  await world.remote.close();
  const { body } = await tryWith(world, {});
  expect(body.message).toMatch(/^Failed to validate credentials: connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
});

test("redirects are not followed", async () => {
  await using world = await startTwoInstances();
  await using elsewhere = await startRemote((_request, response) => {
    response.writeHead(307, { location: `${world.remote.url}/api/v1/auth/universal-auth/login` }).end();
  });
  expect(await tryWith(world, { instanceUrl: elsewhere.url })).toMatchObject(
    refusal("Failed to validate credentials: Request failed with status code 307"),
  );
  expect(world.remote.requests).toEqual([]);
});

test.each(["<html></html>", "{}"])("an answer without a token is not one of Infisical: %s", async (page) => {
  await using world = await startTwoInstances();
  await using elsewhere = await startRemote((_request, response) => {
    response.end(page);
  });
  const { status, body } = await tryWith(world, { instanceUrl: elsewhere.url });
  expect([status, body.message]).toEqual([400, expect.stringContaining("verify credentials")]);
});

test("an instance that does not answer is given up", async () => {
  await using silent = await startRemote(() => {});
  const credentials = {
    instanceUrl: silent.url,
    machineIdentityClientId: "id",
    machineIdentityClientSecret: "secret",
  };
  await expect(requireLogin(credentials, 20)).rejects.toMatchObject({
    status: 400,
    message: "Failed to validate credentials: timeout of 20ms exceeded",
  });
});

test("addresses of this machine are taken unless internal ones are forbidden", async () => {
  await using open = await startTwoInstances();
  const byName = open.remote.url.replace("127.0.0.1", "localhost");
  expect((await tryWith(open, { instanceUrl: byName })).body.appConnection.credentials.instanceUrl).toBe(
    byName,
  );

  await using strict = await startTwoInstances({ allowInternalIpConnections: false });
  for (const instanceUrl of [strict.remote.url, strict.remote.url.replace("127.0.0.1", "localhost")]) {
    const { status, body } = await tryWith(strict, { instanceUrl });
    expect([status, body.message]).toEqual([400, expect.stringContaining("Local IPs not allowed")]);
  }
  expect(strict.remote.requests).toEqual([]);
});
