/** What Pulumi asks of the package itself. */
import { expect, test } from "vitest";
import { packageSchema } from "../../provider/pulumi-plugin/schema.ts";
import { startPlugin } from "../support/pulumi-plugin.ts";

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

test("every reference of the schema leads somewhere, and each secret is marked", () => {
  const schema = packageSchema("0.0.0");
  const text = JSON.stringify(schema);
  for (const [, kind, token] of text.matchAll(/"#\/(types|resources)\/([^"]+)"/g))
    expect(schema[kind as "types" | "resources"], token).toHaveProperty([token as string]);
  expect(schema.provider.inputProperties["clientSecret"]).toMatchObject({ secret: true });
  const { inputProperties } = schema.resources["externalinfisical:index:Connection"] ?? {};
  expect(inputProperties?.["machineIdentityClientSecret"]).toMatchObject({ secret: true });
  expect(schema.types["externalinfisical:index:InitialSyncBehavior"]).toMatchObject({
    enum: expect.arrayContaining([{ name: "OverwriteDestination", value: "overwrite-destination" }]),
  });
});
