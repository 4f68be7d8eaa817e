import { describe, expect, test } from "vitest";
import { connectionSecret, readConfig } from "./config.ts";

const ID = "7b8f93f6-77f8-4c33-b4e4-05d5f7255ba7";
const OTHER = "00000000-0000-4000-8000-000000000001";

describe("the provider's configuration", () => {
  test("comes from the official provider's variables", () => {
    const environment = {
      INFISICAL_HOST: "https://source.example.com/api/",
      INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: ID,
      INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: "s",
    };
    expect(readConfig({}, environment)).toMatchObject({
      host: "https://source.example.com",
      clientId: ID,
      clientSecret: "s",
    });
  });

  test("has one fingerprint key: one in the tree takes the place of none in the environment", () => {
    const environment = { EXTERNAL_INFISICAL_FINGERPRINT_KEY: "the key of the environment" };
    expect(() => readConfig({ fingerprintKey: "a planted one, well known" }, environment)).toThrow(
      "fingerprintKey and EXTERNAL_INFISICAL_FINGERPRINT_KEY differ",
    );
    const { fingerprintKey } = readConfig({ fingerprintKey: "the key of the environment" }, environment);
    expect(fingerprintKey).toBe("the key of the environment");
  });

  test("loses the white space around what was pasted", () => {
    const environment = {
      INFISICAL_HOST: " https://source.example.com\n",
      INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: ` ${ID}\n`,
      INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: "s\n",
    };
    const config = { host: "https://source.example.com", clientId: ID, clientSecret: "s" };
    expect(readConfig({}, environment)).toMatchObject(config);
    expect(readConfig({ token: " t\n" }, {})).toMatchObject({ token: "t" });
  });

  test("is Infisical Cloud where nothing is said", () => {
    expect(readConfig({}, {}).host).toBe("https://app.infisical.com");
  });

  test("of the stack wins over the environment, identity by identity", () => {
    const environment = { INFISICAL_TOKEN: "t", INFISICAL_HOST: "https://b.example.com" };
    const config = readConfig(
      { host: "https://a.example.com", clientId: OTHER, clientSecret: "own" },
      environment,
    );
    expect(config).toMatchObject({ host: "https://a.example.com", clientId: OTHER, clientSecret: "own" });
    expect(config.token).toBeUndefined();
  });

  test("that is wrong is told by name, without its value", () => {
    expect(() => readConfig({ host: "nope", fingerprintKey: "short" }, {})).toThrow(
      /host: .*fingerprintKey: /s,
    );
    expect(() => readConfig({ fingerprintKey: "tooshort" }, {})).not.toThrow(/tooshort/);
  });
});

describe("the client secret of a connection", () => {
  const config = readConfig({ connectionSecrets: { "dr-site": "from the map" } }, {});
  const environment = { EXTERNAL_INFISICAL_DR_SITE_CLIENT_SECRET: "from the environment" };

  test.each([
    [
      "its argument",
      { name: "dr-site", machineIdentityClientSecret: "argument" },
      config,
      environment,
      "argument",
    ],
    ["else the secret configuration", { name: "dr-site" }, config, environment, "from the map"],
    ["else the environment", { name: "dr-site" }, readConfig({}, {}), environment, "from the environment"],
  ])("is %s", (_what, connection, settings, variables, expected) => {
    expect(connectionSecret(connection, settings, variables)).toBe(expected);
  });

  test.each([
    ["argument", { name: "dr-site", machineIdentityClientSecret: " pasted\n" }, {}],
    ["environment", { name: "dr-site" }, { EXTERNAL_INFISICAL_DR_SITE_CLIENT_SECRET: "\tpasted \n" }],
  ])("loses the white space around it, from the %s", (_where, connection, variables) => {
    expect(connectionSecret(connection, readConfig({}, {}), variables)).toBe("pasted");
  });

  test("that is nowhere is told with all three places", () => {
    expect(() => connectionSecret({ name: "dr-site" }, readConfig({}, {}), {})).toThrow(
      /No client secret for connection "dr-site"/,
    );
  });
});
