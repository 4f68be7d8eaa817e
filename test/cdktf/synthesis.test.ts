/** What the constructs write: the same for both libraries. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Both, LIBRARIES } from "./library.ts";

const PLACE = { projectId: "p2", environment: "prod", secretPath: "/b" };

/** Two providers, a connection of each kind, syncs and both data sources. */
function program(library: Both) {
  const stack = new library.TerraformStack(library.Testing.app(), "stack");
  const secret = new library.TerraformVariable(stack, "secret", { sensitive: true });
  new library.ExternalInfisicalProvider(stack, "source", {
    host: "https://source.example",
    connectionSecrets: { "dr-site": secret.stringValue },
  });
  const other = new library.ExternalInfisicalProvider(stack, "other", { alias: "other" });
  const connection = new library.ExternalInfisicalConnection(stack, "dr_site", {
    name: "dr-site",
    instanceUrl: "https://dr.example",
    machineIdentityClientId: "44444444-4444-4444-8444-444444444444",
  });
  const sync = new library.ExternalInfisicalSecretSync(stack, "billing", {
    name: "billing-to-dr",
    projectId: "p1",
    environment: "prod",
    secretPath: "/a",
    destinationConnection: connection,
    destinationConfig: PLACE,
    syncOptions: { initialSyncBehavior: "overwrite-destination", maxDeletes: 5, allowEmptySource: false },
    triggers: { "a-b": connection.id, camelCase: "as it is" },
    isAutoSyncEnabled: false,
    lifecycle: { preventDestroy: true },
  });
  const projects = new library.DataExternalInfisicalProjects(stack, "projects");
  const plan = new library.DataExternalInfisicalPlan(stack, "plan", {
    projectId: sync.projectId,
    environment: projects.projects.get(0).environments.get(1).slug,
    secretPath: sync.secretPath,
    destinationConnection: { id: connection.id, allowInsecureHttp: true },
    destinationConfig: sync.destinationConfig,
    syncOptions: { initialSyncBehavior: sync.syncOptions.initialSyncBehavior },
    knownKeys: sync.keys,
    provider: other,
  });
  new library.TerraformOutput(stack, "out", {
    value: [sync.keys.lookup("A"), plan.counts.delete, plan.actions.get(0).why, connection.organization.slug],
  });
  return { stack, connection, sync };
}

const written = (stack: ReturnType<typeof program>["stack"], library: Both, isValidated = false) => {
  // Without the library's validations: one of them runs `terraform version`.
  const { "//": _metadata, ...rest } = JSON.parse(library.Testing.synth(stack, isValidated));
  return JSON.parse(JSON.stringify(rest, (key, value) => (key === "//" ? undefined : value)));
};

const INLINE = written(program(LIBRARIES.cdktf).stack, LIBRARIES.cdktf);

test("the configuration", () => {
  expect(INLINE).toMatchInlineSnapshot(`
    {
      "data": {
        "externalinfisical_plan": {
          "plan": {
            "destination_config": "\${externalinfisical_secret_sync.billing.destination_config}",
            "destination_connection": {
              "allow_insecure_http": true,
              "id": "\${externalinfisical_connection.dr_site.id}",
            },
            "environment": "\${data.externalinfisical_projects.projects.projects[0].environments[1].slug}",
            "known_keys": "\${externalinfisical_secret_sync.billing.keys}",
            "project_id": "\${externalinfisical_secret_sync.billing.project_id}",
            "provider": "externalinfisical.other",
            "secret_path": "\${externalinfisical_secret_sync.billing.secret_path}",
            "sync_options": {
              "initial_sync_behavior": "\${externalinfisical_secret_sync.billing.sync_options.initial_sync_behavior}",
            },
          },
        },
        "externalinfisical_projects": {
          "projects": {},
        },
      },
      "output": {
        "out": {
          "value": [
            "\${externalinfisical_secret_sync.billing.keys["A"]}",
            "\${data.externalinfisical_plan.plan.counts.delete}",
            "\${data.externalinfisical_plan.plan.actions[0].why}",
            "\${externalinfisical_connection.dr_site.organization.slug}",
          ],
        },
      },
      "provider": {
        "externalinfisical": [
          {
            "connection_secrets": {
              "dr-site": "\${var.secret}",
            },
            "host": "https://source.example",
          },
          {
            "alias": "other",
          },
        ],
      },
      "resource": {
        "externalinfisical_connection": {
          "dr_site": {
            "instance_url": "https://dr.example",
            "machine_identity_client_id": "44444444-4444-4444-8444-444444444444",
            "name": "dr-site",
          },
        },
        "externalinfisical_secret_sync": {
          "billing": {
            "destination_config": {
              "environment": "prod",
              "project_id": "p2",
              "secret_path": "/b",
            },
            "destination_connection": "\${externalinfisical_connection.dr_site}",
            "environment": "prod",
            "is_auto_sync_enabled": false,
            "lifecycle": {
              "prevent_destroy": true,
            },
            "name": "billing-to-dr",
            "project_id": "p1",
            "secret_path": "/a",
            "sync_options": {
              "allow_empty_source": false,
              "initial_sync_behavior": "overwrite-destination",
              "max_deletes": 5,
            },
            "triggers": {
              "a-b": "\${externalinfisical_connection.dr_site.id}",
              "camelCase": "as it is",
            },
          },
        },
      },
      "terraform": {
        "required_providers": {
          "externalinfisical": {
            "source": "external-infisical/externalinfisical",
          },
        },
      },
      "variable": {
        "secret": {
          "sensitive": true,
        },
      },
    }
  `);
});

describe.each(Object.entries(LIBRARIES))("%s", (_name, library) => {
  test("writes the same", () => {
    expect(written(program(library).stack, library, true)).toEqual(INLINE);
  });

  test("writes HCL", () => {
    const hcl = library.Testing.synthHcl(program(library).stack);
    expect(hcl).toContain('destination_connection = "${externalinfisical_connection.dr_site}"');
    expect(hcl).toMatch(/destination_config = \{\s+project_id = "p2"/);
    expect(hcl).toMatch(/connection_secrets = \{\s+"?dr-site"? = /);
    expect(hcl).not.toContain("[object");
  });

  test("what was given can be asked for, changed and taken back", () => {
    const { stack, sync } = program(library);
    expect(sync.destinationConfigInput).toBe(PLACE);
    sync.putDestinationConfig({ ...PLACE, secretPath: "/c" });
    sync.description = "changed";
    sync.resetTriggers();
    expect(sync.triggersInput).toBeUndefined();
    const block = written(stack, library).resource.externalinfisical_secret_sync.billing;
    expect(block).toMatchObject({ description: "changed", destination_config: { secret_path: "/c" } });
    expect(block).not.toHaveProperty("triggers");
  });

  test("writes import blocks", () => {
    const { stack, sync } = program(library);
    sync.importFrom("p1/prod/a::billing-to-dr");
    library.ExternalInfisicalSecretSync.generateConfigForImport(stack, "found", "p1::found");
    expect(written(stack, library).import).toEqual([
      { to: "externalinfisical_secret_sync.billing", id: "p1/prod/a::billing-to-dr" },
      { to: "externalinfisical_secret_sync.found", id: "p1::found" },
    ]);
  });

  test("a connection of another stack comes along", () => {
    const app = library.Testing.app();
    const one = new library.TerraformStack(app, "one");
    const two = new library.TerraformStack(app, "two");
    for (const stack of [one, two]) new library.ExternalInfisicalProvider(stack, "source");
    const connection = new library.ExternalInfisicalConnection(one, "c", {
      name: "c",
      instanceUrl: "https://dr.example",
      machineIdentityClientId: "44444444-4444-4444-8444-444444444444",
    });
    new library.DataExternalInfisicalProjects(two, "p", { destinationConnection: connection });
    app.synth();
    const text = readFileSync(join(app.outdir, "stacks/two/cdk.tf.json"), "utf8");
    expect(text).toMatch(
      /"destination_connection": "\$\{data\.terraform_remote_state\.[^"]*\.outputs\.[^"]*\}"/,
    );
  });
});

test.each(Object.entries(LIBRARIES))(
  "%s: a setting that is none is refused where it is written",
  (_name, library) => {
    // As a program in JavaScript does: the types know what there is.
    const Class = library.ExternalInfisicalSecretSync as unknown as new (...given: unknown[]) => object;
    const make = (more: object) =>
      new Class(new library.TerraformStack(library.Testing.app(), "stack"), "billing", {
        name: "billing-to-dr",
        projectId: "p1",
        environment: "prod",
        secretPath: "/a",
        destinationConfig: PLACE,
        syncOptions: { initialSyncBehavior: "overwrite-destination" },
        ...more,
      });
    const syncOptions = { initialSyncBehavior: "overwrite-destination", unownedKey: "keep" };
    expect(() => make({ syncOptions })).toThrow(/^syncOptions\.unownedKey: .*did you mean "unownedKeys"\?$/);
    expect(() => make({ trigger: {} })).toThrow(/^trigger: .*did you mean "triggers"\?$/);
    expect(() => make({ lifecycle: { preventDestroy: true }, description: undefined })).not.toThrow();
  },
);

test.each(Object.entries(LIBRARIES))("%s: a filter is written as deep as it is", (_name, library) => {
  const stack = new library.TerraformStack(library.Testing.app(), "stack");
  const filter = {
    keys: { include: ["APP_*"], exclude: ["*_TMP"] },
    folders: { include: ["/api/**"] },
    tags: ["shared"],
    metadata: { teamName: "as it is" },
  };
  const sync = new library.ExternalInfisicalSecretSync(stack, "billing", {
    name: "billing-to-dr",
    projectId: "p1",
    environment: "prod",
    secretPath: "/a",
    destinationConnection: { id: "c1" },
    destinationConfig: PLACE,
    syncOptions: { initialSyncBehavior: "overwrite-destination", includeAllSubFolders: true, filter },
  });
  new library.TerraformOutput(stack, "out", { value: sync.syncOptions.filter.keys.include });
  const { resource, output } = written(stack, library);
  expect(resource.externalinfisical_secret_sync.billing.sync_options).toEqual({
    initial_sync_behavior: "overwrite-destination",
    include_all_sub_folders: true,
    filter,
  });
  expect(output.out.value).toBe("${externalinfisical_secret_sync.billing.sync_options.filter.keys.include}");
  const wrong = { keys: { includes: ["A"] } };
  const options = { initialSyncBehavior: "overwrite-destination", filter: wrong };
  sync.putSyncOptions(options as never);
  const Class = library.ExternalInfisicalSecretSync as unknown as new (...given: unknown[]) => object;
  expect(() => new Class(stack, "wrong", { name: "wrong", syncOptions: options })).toThrow(
    /^syncOptions\.filter\.keys\.includes: .*did you mean "include"/,
  );
});

test("cdktn refuses a write-only secret for versions that have none, and takes it for those that have", () => {
  const library = LIBRARIES.cdktn;
  const synthesise = (targetVersions?: object) => {
    const app = library.Testing.app();
    if (targetVersions) app.node.setContext("targetVersions", targetVersions);
    const stack = new library.TerraformStack(app, "stack");
    new library.ExternalInfisicalProvider(stack, "source");
    new library.ExternalInfisicalConnection(stack, "c", {
      name: "c",
      instanceUrl: "https://dr.example",
      machineIdentityClientId: "44444444-4444-4444-8444-444444444444",
      machineIdentityClientSecretWo: "secret",
    });
    return written(stack, library, true).resource.externalinfisical_connection.c;
  };
  expect(() => synthesise()).toThrow(/write-only attributes requires terraform >=1.11/);
  const versions = { terraform: ">=1.11.0", opentofu: ">=1.11.0" };
  expect(synthesise(versions)).toMatchObject({ machine_identity_client_secret_wo: "secret" });
});
