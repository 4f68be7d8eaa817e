import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { createShared } from "../resources/process.ts";
import { argumentFacts, connectionArgs, providerConfig, secretSyncArgs, syncOptions } from "../schema.ts";
import { toCamelCase, toSnakeCase, withSnakeNames } from "./names.ts";
import { fromProperties, toProperties } from "./properties.ts";
import type { Message } from "./protocol.ts";
import { connection } from "./resources/connection.ts";
import { secretSync } from "./resources/secret-sync.ts";
import { type Attributes, argumentsOf, isNested, objectType, schemaMessage } from "./schema.ts";
import { createServer } from "./server.ts";

describe("schemas", () => {
  it.each([
    ["connection", connectionArgs, connection.attributes],
    ["sync", secretSyncArgs, secretSync.attributes],
    ["options", syncOptions, argumentsOf(syncOptions)],
    ["provider", providerConfig, argumentsOf(providerConfig)],
  ])("has every argument of the %s, with a text", (_name, schema, attributes) => {
    const shape: Record<string, z.ZodType> = schema.shape;
    for (const name of Object.keys(shape).filter(
      (each) => argumentFacts.get(shape[each] as z.ZodType)?.terraform !== false,
    )) {
      const attribute = attributes[toSnakeCase(name)];
      expect(attribute?.description, name).toBeTruthy();
      expect(toCamelCase(toSnakeCase(name))).toBe(name);
    }
  });

  it("leaves out what Terraform could not keep to", () => {
    for (const { attributes } of [connection, secretSync])
      expect(attributes).not.toHaveProperty("on_unreachable");
  });

  it("says what is required, what has a default, and what is secret", () => {
    const { name, allow_insecure_http, machine_identity_client_secret, adopt } = connection.attributes;
    expect(name).toMatchObject({ use: "required", type: "string" });
    expect(allow_insecure_http).toMatchObject({ use: "defaulted", standard: false });
    expect(machine_identity_client_secret).toMatchObject({ use: "optional", isSensitive: true });
    // An engine's plan does not show what only an instance knows.
    expect(adopt?.use).toBe("optional");
  });

  it("marks the write-only secret, and no other", () => {
    const { block } = schemaMessage(connection.attributes, "");
    const writeOnly = block?.attributes?.filter((one) => one.write_only).map((one) => one.name);
    expect(writeOnly).toEqual(["machine_identity_client_secret_wo"]);
  });

  it("hides the client secret inside the connection of a sync", () => {
    const type = secretSync.attributes["destination_connection"]?.type;
    const inner: Attributes = type && isNested(type) ? type.attributes : {};
    expect(inner["machine_identity_client_secret"]?.isSensitive).toBe(true);
    expect(Object.keys(inner)).toEqual(
      expect.arrayContaining(["id", "name", "instance_url", "machine_identity_client_id", "execution"]),
    );
  });

  it("describes objects, maps and what is a number or a text", () => {
    const type = objectType(argumentsOf(secretSyncArgs));
    expect(type[1]).toMatchObject({
      triggers: ["map", "string"],
      destination_config: ["object", { project_id: "string", environment: "string", secret_path: "string" }],
      sync_options: ["object", { max_deletes: "string", disable_secret_deletion: "bool" }],
    });
  });
});

describe("properties", () => {
  const attributes = argumentsOf(secretSyncArgs);

  it("leaves out what is null or the default, and makes numbers of texts", () => {
    const object = {
      name: "a",
      is_auto_sync_enabled: true,
      description: null,
      sync_options: { max_deletes: "3", references: "keep", disable_secret_deletion: false },
    };
    expect(toProperties(attributes, object)).toEqual({
      name: "a",
      syncOptions: { maxDeletes: 3, references: "keep" },
    });
  });

  it("says nothing of defaults", () => {
    const { is_auto_sync_enabled, sync_options, triggers } = fromProperties(attributes, {
      syncOptions: { maxDeletes: "10%" },
    });
    expect(is_auto_sync_enabled).toBeNull();
    expect(sync_options).toMatchObject({ max_deletes: "10%", references: null });
    expect(triggers).toBeNull();
  });
});

it("names arguments in messages as Terraform does, and leaves other words alone", () => {
  expect(withSnakeNames("raise syncOptions.maxDeletes of myProject")).toBe(
    "raise sync_options.max_deletes of myProject",
  );
});

it("has a text for every attribute, in the names that a Terraform user writes", async () => {
  const answer = await createServer({}, () => {}, createShared()).GetProviderSchema({});
  const schemas = { ...answer.resource_schemas, ...answer.data_source_schemas, provider: answer.provider };
  const seen: string[] = [];
  const look = (where: string, attributes: readonly Message<"Attribute">[] = []) => {
    for (const { name, description = "", nested_type } of attributes) {
      seen.push(`${where}.${name}`);
      expect(description, `${where}.${name}`).not.toBe("");
      expect(description, `${where}.${name}`).not.toMatch(/`[a-z]+[A-Z]\w*`/);
      look(`${where}.${name}`, nested_type?.attributes);
    }
  };
  for (const [name, schema] of Object.entries(schemas)) look(name, schema?.block?.attributes);
  expect(seen).toContain("externalinfisical_secret_sync.destination_connection.id");
});
