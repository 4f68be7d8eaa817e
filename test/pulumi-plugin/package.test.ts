/** What Pulumi asks of the package itself. */
import { expect, test } from "vitest";
import { packageSchema } from "../../provider/pulumi-plugin/schema.ts";
import { secret, startPlugin } from "../support/pulumi-plugin.ts";

test("a setting with a typing error is refused by its name, and values are not repeated", async () => {
  await using plugin = await startPlugin({});
  const answer = await plugin.client.call<{ getFailuresList(): { getReason(): string }[] }>(
    "checkConfig",
    "CheckRequest",
    { News: { hots: "https://infisical.example.com", allowInsecureHttp: "true", clientId: "canary" } },
  );
  const told = answer.getFailuresList().map((one) => one.getReason());
  expect(told.join("\n")).toContain("hots: there is no such setting");
  expect(told.join("\n")).toMatch(/clientId: must be the UUID/);
  expect(told.join("\n")).not.toContain("canary");
});

test.each([
  ["as an object", (value: unknown) => value],
  ["as JSON, as SDKs send it", (value: unknown) => JSON.stringify(value)],
])("what is secret in a setting is sealed with it, %s", async (_how, given) => {
  const auth = { universal: { clientId: "3f81bf6d-c25b-4945-b8d4-ded204d0de50", clientSecret: "canary" } };
  await using plugin = await startPlugin({});
  const { client } = plugin;
  const answer = await client.call<{ getFailuresList(): []; getInputs(): unknown }>(
    "checkConfig",
    "CheckRequest",
    { News: { auth: given(auth), token: "canary-token", allowInsecureHttp: given(true) } },
  );
  expect(answer.getFailuresList()).toEqual([]);
  expect(client.read(answer.getInputs())).toEqual({
    auth: secret(given(auth)),
    token: secret("canary-token"),
    allowInsecureHttp: given(true),
  });
});

test("every reference of the schema leads somewhere, and each secret is marked", () => {
  const schema = packageSchema("0.0.0");
  const text = JSON.stringify(schema);
  for (const [, kind, token] of text.matchAll(/"#\/(types|resources)\/([^"]+)"/g))
    expect(schema[kind as "types" | "resources"], token).toHaveProperty([token as string]);
  for (const setting of ["clientSecret", "token", "connectionSecrets", "auth"])
    expect(schema.provider.inputProperties[setting]).toMatchObject({ secret: true });
  const { inputProperties } = schema.resources["externalinfisical:index:Connection"] ?? {};
  expect(inputProperties?.["machineIdentityClientSecret"]).toMatchObject({ secret: true });
  expect(schema.types["externalinfisical:index:InitialSyncBehavior"]).toMatchObject({
    enum: expect.arrayContaining([{ name: "OverwriteDestination", value: "overwrite-destination" }]),
  });
});
