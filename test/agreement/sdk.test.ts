/** The product's own client, which shares no code with either side, reads the same after both. */
import { InfisicalSDK } from "@infisical/sdk";
import { expect, test } from "vitest";
import { startBoth } from "./both.ts";
import type { Side } from "./copy.ts";

test("the official SDK sees the same on both sides after a native run and after one of ours", async () => {
  await using both = await startBoth(
    {
      source: { HOST: "db", URL: "pg://${HOST}/${dev.elsewhere.X}", EMPTY: "", PEM: "line 1\nline 2\n" },
      imports: [{ SHARED: "s", HOST: "shadowed" }],
      elsewhere: { X: "billing" },
      destination: { HOST: "old", THEIRS: "t", SHARED: "other" },
    },
    { initialSyncBehavior: "import-prioritize-source" },
  );
  const { theirs, ours, native, engine } = both;
  expect([await native.run(), await engine.run()]).toEqual(["succeeded", "succeeded"]);
  const pushed = {
    HOST: "db",
    URL: "pg://db/billing",
    EMPTY: "",
    PEM: "line 1\nline 2\n",
    SHARED: "other",
    THEIRS: "t",
  };
  for (const { source, destination } of [theirs, ours]) {
    expect(await seenBySdk(destination)).toEqual(pushed);
    expect(await seenBySdk(source)).toEqual(pushed);
  }
});

/** Values by key, as the SDK reads them by default: expanded, its own before imported ones. */
async function seenBySdk({ server, place }: Side): Promise<Record<string, string>> {
  const { clientId, clientSecret } = server.admin;
  const sdk = new InfisicalSDK({ siteUrl: server.url });
  await sdk.auth().universalAuth.login({ clientId, clientSecret });
  const { projectId, environment, secretPath } = place;
  const secrets = await sdk
    .secrets()
    .listSecretsWithImports({ projectId, environment, secretPath, viewSecretValue: true });
  return Object.fromEntries(secrets.map(({ secretKey, secretValue }) => [secretKey, secretValue]));
}
