/** The flow, over two real servers, with who answers as data; what was written is then used. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { hostList } from "../../../provider/hosts.ts";
import { connectionSecretVariable } from "../../../provider/resources/config.ts";
import { createShared, type Shared } from "../../../provider/resources/process.ts";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { runCommand } from "../../../test/support/run-command.ts";
import { runInProcess } from "../../../test/support/run-in-process.ts";
import { makeStackFolder } from "../../../test/support/stack-folder.ts";
import { makeTerraformFolder, THOROUGH_ONLY, TOOLS } from "../../../test/support/terraform/cli.ts";
import { isThorough } from "../../../test/support/thorough.ts";
import { startWorld, type World } from "../../../test/support/world.ts";
import { plain } from "../../terminal/paint.ts";
import { createDocumentRedactor } from "../../terminal/redact.ts";
import { closingText, documentOf } from "../declare/declared.ts";
import { declaredSchema } from "../declare/document.ts";
import { flagOf } from "../options.ts";
import { validate } from "../validate/validate.ts";
import type { Given } from "./gather.ts";
import { type InitRequest, init } from "./init.ts";

let shared: Shared;
beforeEach(() => {
  shared = createShared();
  return () => shared[Symbol.asyncDispose]();
});

/** Who sits at the terminal: gives the answers in order, and shows what was asked and told. */
function sitting(answers: readonly string[]) {
  const left = [...answers];
  const told: string[] = [];
  const printed: string[] = [];
  const hidden: string[] = [];
  return {
    told,
    printed,
    hidden,
    left,
    asking: {
      async askLine({ question, isHidden }: { question: string; isHidden?: boolean }) {
        told.push(question);
        if (isHidden) hidden.push(question);
        const answer = left.shift();
        if (answer === undefined) throw new Error(`Nobody answers: ${question}`);
        return answer;
      },
      async ask<Answer extends string>(question: string, choices: readonly Answer[]) {
        told.push(question);
        const answer = left.shift();
        return choices.find((each) => each === answer) ?? (choices[0] as Answer);
      },
    },
    session: {
      redactor: createDocumentRedactor(),
      paint: plain,
      print: (text: string) => void printed.push(text),
      note: (text: string) => void told.push(text),
    },
  };
}

const request = (place: string, over: Partial<InitRequest>): InitRequest => ({
  target: { format: "syncs", place },
  project: "secret-syncs",
  given: {},
  settings: { allowedHosts: undefined, allowInsecureHttp: false, environment: {}, shared },
  isFull: false,
  session: sitting([]).session,
  ...over,
});

/** Flags that say all. */
const flags = ({ source, destination }: World): Given => ({
  sourceUrl: source.server.url,
  sourceClientId: source.clientId,
  sourceProjectId: source.projectId,
  sourceEnvironment: "prod",
  sourceSecretPath: "/app",
  destinationUrl: destination.server.url,
  connectionName: "dr-site",
  destinationClientId: destination.clientId,
  destinationProjectId: destination.projectId,
  initialSyncBehavior: "overwrite-destination",
  unownedKeys: "keep",
});

const secretsOf = ({ source, destination }: World) => ({
  INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: source.clientSecret,
  [connectionSecretVariable("dr-site")]: destination.clientSecret,
});

it("asks for as many syncs as are wanted, for each what the others do not tell, and shows names beside ids", async () => {
  await using world = await startWorld({ source: { A: "1" }, folders: ["api"], destination: {} });
  await using folder = await makeFolder("");
  const { source, destination } = world;
  source.put({ "api/B": "2" });
  const file = join(folder.path, "fleet.yaml");
  const { sourceSecretPath: _, ...given } = flags(world);
  const person = sitting([
    ...["/app", "", "", "", "yes", "", "", "", "", "yes"],
    // The first beneath the first is refused, and what is wrong is asked for again.
    ...["", "", "/app/api", "", "", "/app/api", "", "no", "", "", "", "", ""],
    ...["", "", "", "", "", "/elsewhere", "", "", "", "", "", "", ""],
    ...["no", "yes"],
  ]);
  const settings = { ...request(file, {}).settings, environment: secretsOf(world) };
  const { declaration } = await init(request(file, { ...person, given, settings }));
  expect(
    person.told.filter((line) => line.includes("URL")),
    person.told.join("\n"),
  ).toHaveLength(2);
  expect(person.left).toEqual([]);
  expect(declaration.syncs).toMatchObject([
    { name: "app-to-dr-site", args: { secretPath: "/app", syncOptions: { includeAllSubFolders: true } } },
    { name: "app-api-to-dr-site", args: { secretPath: "/app/api" } },
  ]);
  expect(declaration.connections).toHaveLength(1);
  const reviews = person.printed.join("\n");
  expect(
    reviews.match(/Billing \(\S+\) prod:\/app\/api at \S+ => Billing \(\S+\) prod:\/elsewhere/),
  ).not.toBeNull();
  for (const { projectId } of [source, destination])
    expect(reviews).toContain(`Billing (${projectId.slice(0, 8)}…) prod:/app`);
});

it("asks, lists what the identities see, reviews, and writes what the command then runs", async () => {
  await using world = await startWorld({
    source: { API_KEY: "canary-1", SAME: "canary-2" },
    destination: { SAME: "canary-2", FOREIGN: "canary-3" },
  });
  await using folder = await makeFolder("");
  const { source, destination } = world;
  const file = join(folder.path, "made", "fleet.yaml");
  const person = sitting([
    ...[source.server.url, source.clientId, "not the secret"],
    ...[source.server.url, "not an id", source.clientId, source.clientSecret],
    ...["Nowhere", "1", "prod", "/app"],
    ...[destination.server.url, "dr-site", destination.clientId, destination.clientSecret],
    ...["Billing", "", ""],
    ...["", "1", "", "", "", "keep"],
    ...["", "for the drill", "no", "yes"],
  ]);
  const { written } = await init(request(file, person));
  expect(person.left).toEqual([]);
  const told = person.told.join("\n");
  expect(told).toContain(`Check --source-url, --source-client-id, INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET.`);
  expect(told).toContain(`"Nowhere" is none of these.`);
  expect(told).toContain(`${source.projectId}  Billing`);
  expect(person.hidden).toHaveLength(3);
  const printed = person.printed.join("\n");
  expect(printed).toMatch(/\+ API_KEY\s+1@\w{8}\n {4}keys: 1 to create, 1 unchanged/);
  expect(written.variables).toContain(connectionSecretVariable("dr-site"));

  const text = await readFile(file, "utf8");
  for (const secret of [source.clientSecret, destination.clientSecret, "canary"])
    expect(text + told + printed).not.toContain(secret);

  const validation = await validate({
    folder: folder.path,
    place: file,
    policies: [],
    environment: {},
    allowedHosts: undefined,
  });
  expect(validation).toMatchObject({ result: "succeeded", syncs: [{ name: "app-to-dr-site" }] });
  expect(destination.read()).toEqual({ SAME: "canary-2", FOREIGN: "canary-3" });

  const up = ["up", "--yes", "--skip-preview", "-f", file];
  const preview = await runInProcess(world, folder.path, up, undefined, {
    ...secretsOf(world),
    PULUMI_BACKEND_URL: `file://${folder.path}`,
  });
  expect(preview).toMatchObject({ code: 0 });
  expect(destination.read()).toEqual({ API_KEY: "canary-1", SAME: "canary-2", FOREIGN: "canary-3" });
});

it("keeps answers after a mistake, takes names in any case, and no folder that is not there", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { FOREIGN: "2" } });
  await using folder = await makeFolder("");
  const { source, destination } = world;
  const file = join(folder.path, "made.yaml");
  const person = sitting([
    ...[source.server.url, source.clientId, "not the secret"],
    ...["", "", source.clientSecret],
    ...["BILLING", "PROD", "/nowhere", "/app/"],
    ...[destination.server.url, "dr-site", destination.clientId, destination.clientSecret],
    ...["billing", "", ""],
    // The first run would be refused; what was answered is offered again, the secrets too.
    ...["", "1", "", "", "", "fail"],
    ...["named", "as ${env:USER} says", "described"],
    ...Array<string>(18).fill(""),
    "keep",
    ...["", "", "no", "yes"],
  ]);
  const { written, declaration } = await init(request(file, person));
  expect(person.left).toEqual([]);
  const told = person.told.join("\n");
  expect(told).toContain(`"/nowhere" is none of these.`);
  expect(told).toMatch(/FOREIGN[\s\S]*Correct what is wrong, and press Enter for what stays/);
  expect(told).toContain("Its client secret [as before]:");
  expect(told).toContain("${env:…}, ${config:…} and ${file:…} stand in client secrets and tokens only");
  expect(declaration.syncs).toMatchObject([
    { name: "named", args: { secretPath: "/app", description: "described" } },
  ]);
  expect(written.files.map(({ text }) => text).join("\n")).toContain("unownedKeys: keep");
});

it("names the backend in its last words", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using folder = await makeFolder("");
  const home = { PULUMI_HOME: folder.path };
  const given = { given: flags(world) };
  const wordsOf = async (name: string, environment: Record<string, string>) => {
    const settings = {
      ...{ allowedHosts: undefined, allowInsecureHttp: false, shared },
      environment: { ...secretsOf(world), ...home, ...environment },
    };
    const declared = await init(request(join(folder.path, name), { ...given, settings }));
    return closingText(documentOf(declared, ENVELOPE)).split("\n").at(-1);
  };
  const url = "s3://user:secret@bucket.example";
  expect(await wordsOf("a.yaml", { PULUMI_BACKEND_URL: url })).toBe(
    "The state of the stack is kept at s3://bucket.example; PULUMI_BACKEND_URL names another place.",
  );
  expect(await wordsOf("b.yaml", {})).toMatch(/^Nothing says yet where the state .* PULUMI_BACKEND_URL/);
});

const ENVELOPE = { version: 1, command: "init", result: "succeeded", exitCode: 0 } as const;

it("does the same by flags, with the product's defaults for what they do not say", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using folder = await makeFolder("");
  const file = join(folder.path, "other.yaml");
  const settings = {
    allowedHosts: undefined,
    allowInsecureHttp: false,
    environment: secretsOf(world),
    shared,
  };
  await init(request(file, { given: flags(world), settings }));
  expect(
    await validate({
      folder: folder.path,
      place: file,
      policies: [],
      environment: {},
      allowedHosts: undefined,
    }),
  ).toMatchObject({
    result: "succeeded",
    syncs: [{ name: "app-to-dr-site", destination: { environment: "prod", secretPath: "/app" } }],
  });
});

const REFUSED: readonly [string, (given: Given) => Given, RegExp][] = [
  ["a flag that is missing", ({ sourceProjectId: _, ...rest }) => rest, /--source-project-id is missing/],
  [
    "an answer that is none",
    (given) => ({ ...given, connectionName: "DR site" }),
    /--connection-name: must be/,
  ],
  [
    "an environment that is not there",
    (given) => ({ ...given, sourceEnvironment: "prd" }),
    /--source-environment: there is no "prd".*\n.*dev/,
  ],
  [
    "a host that is not allowed",
    (given) => ({ ...given, destinationUrl: "https://evil.example" }),
    /--destination-url: evil\.example/,
  ],
  [
    "what native execution has not",
    (given) => ({ ...given, execution: "native" }),
    /--unowned-keys: needs execution engine/,
  ],
  [
    "native execution within one instance",
    (given) => ({ ...given, execution: "native", destinationUrl: given.sourceUrl ?? "" }),
    /--execution: is for two instances/,
  ],
  ["a folder that is not there", (given) => ({ ...given, sourceSecretPath: "/nowhere" }), /\/nowhere/],
];

it.each(REFUSED)("refuses %s, and writes nothing", async (_what, change, expected) => {
  await using world = await startWorld({ source: { A: "1" } });
  await using folder = await makeFolder("");
  const hosts = [world.source.server.url, world.destination.server.url];
  const settings = {
    allowedHosts: hostList(hosts),
    allowInsecureHttp: false,
    environment: secretsOf(world),
    shared,
  };
  const refused = init(request(join(folder.path, "new.yaml"), { given: change(flags(world)), settings }));
  await expect(refused).rejects.toThrow(expected);
  expect(await readdir(folder.path)).not.toContain("new.yaml");
});

describe("native execution", () => {
  const start = () =>
    startWorld({ execution: "native", source: { A: "1", B: "2" }, destination: { B: "2", OLD: "3" } });
  const requestFor = (world: World, place: string, more: Given = {}) =>
    request(place, {
      given: { ...flags(world), execution: "native", unownedKeys: "delete", ...more },
      settings: { allowedHosts: undefined, allowInsecureHttp: false, environment: secretsOf(world), shared },
    });
  const writes = ({ source }: World) =>
    source.server.requests.filter(({ method, path }) => method !== "GET" && !path.endsWith("/login"));

  it("is reviewed and declared, and the deployment makes it at the instance", async () => {
    await using world = await start();
    await using folder = await makeFolder("");
    const file = join(folder.path, "native.yaml");
    const { firstRun } = await init(requestFor(world, file));
    expect(firstRun).toMatchObject({
      name: "app-to-dr-site",
      totals: { create: 1, delete: 1, foreign: 1 },
      unchanged: 1,
    });
    expect(writes(world)).toEqual([]);
    const environment = { ...secretsOf(world), PULUMI_BACKEND_URL: `file://${folder.path}` };
    const args = ["up", "--yes", "--skip-preview", "-f", file];
    expect(await runInProcess(world, folder.path, args, undefined, environment)).toMatchObject({ code: 0 });
    expect(world.destination.read()).toEqual({ A: "1", B: "2" });
    expect(writes(world).map(({ method }) => method)).toEqual(["POST", "POST"]);

    // What is there now, another one cannot be made beside.
    await shared[Symbol.asyncDispose]();
    shared = createShared();
    const again = init(requestFor(world, join(folder.path, "again.yaml")));
    await expect(again).rejects.toThrow(/Connection "dr-site" already[\s\S]*Sync "app-to-dr-site" already/);
    expect(await readdir(folder.path)).not.toContain("again.yaml");
  });

  it("is refused where the instance does not know it", async () => {
    await using world = await startWorld({
      execution: "native",
      source: { A: "1" },
      sourceServer: { withoutExternalInfisical: true },
    });
    await using folder = await makeFolder("");
    const refused = init(requestFor(world, join(folder.path, "native.yaml")));
    await expect(refused).rejects.toThrow(/does not know Infisical Connections/);
  });
});

it("asks for project ids where the instances keep the list of projects from machine identities", async () => {
  const profile = { profile: "2024-10" } as const;
  await using world = await startWorld({
    source: { A: "1" },
    sourceServer: profile,
    destinationServer: profile,
  });
  await using folder = await makeFolder("");
  const file = join(folder.path, "made.yaml");
  const { sourceProjectId, sourceEnvironment, destinationProjectId, ...given } = flags(world);
  const settings = {
    allowedHosts: undefined,
    allowInsecureHttp: false,
    environment: secretsOf(world),
    shared,
  };
  // Project, environment; project, environment, path; execution, auto-sync, deletion; name, description, agreement.
  const answers = [
    world.source.projectId,
    "Production",
    world.destination.projectId,
    "",
    "",
    "",
    "",
    "",
    "",
    "",
  ];
  const person = sitting([...answers, "yes"]);
  await init(request(file, { given, settings, ...person }));
  expect(person.left).toEqual([]);
  const told = person.told.join("\n");
  expect(told).toContain("Project, by its id:");
  expect(told).toMatch(/prod +Production/);
  expect(told).toMatch(/1 +\/\n +2 +\/app\n/);
  expect(await readFile(file, "utf8")).toContain(world.destination.projectId);
});

it("prints one document of what it has reviewed and written, or of why not", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { A: "1" } });
  await using folder = await makeFolder("");
  const given = Object.entries(flags(world)).flatMap(([name, value]) => [flagOf(name), value]);
  const args = ["init", "made.yaml", "--json", ...given];
  const made = await runCommand(world, folder.path, args, secretsOf(world));
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const parse = (text: string) => declaredSchema.parse(JSON.parse(text));
  expect(parse(made.stdout)).toMatchObject({
    command: "init",
    result: "succeeded",
    files: ["made.yaml"],
    counts: { connections: 1, syncs: 1 },
    firstRun: { name: "app-to-dr-site", keys: [], unchanged: 1, warnings: [] },
    next: ["external-infisical preview -f made.yaml", "external-infisical up -f made.yaml"],
  });
  const again = await runCommand(world, folder.path, args, secretsOf(world));
  expect(again).toMatchObject({ code: 2, stderr: "" });
  expect(parse(again.stdout)).toMatchObject({
    result: "failed",
    exitCode: 2,
    error: { code: "invalid-config", message: expect.stringContaining("made.yaml is there already") },
  });
});

it("asks nothing where its file is there already", async () => {
  await using folder = await makeFolder("mine");
  const file = join(folder.path, "syncs.yaml");
  await expect(init(request(file, sitting([])))).rejects.toMatchObject({ code: "invalid-config" });
  expect(await readFile(file, "utf8")).toBe("mine");
});

it.skipIf(!isThorough)("writes a Pulumi program that the command previews (npm run test:all)", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using made = await makeFolder("");
  const settings = {
    allowedHosts: undefined,
    allowInsecureHttp: false,
    environment: secretsOf(world),
    shared,
  };
  const target = { format: "pulumi", place: join(made.path, "program") } as const;
  await init(request("", { given: flags(world), settings, target }));
  await using folder = await makeStackFolder(target.place);
  const args = ["preview", "--engine", "local", "--secret-config", "drSiteClientSecret"];
  const preview = await runCommand(world, folder.path, args, {
    ...folder.envVars,
    PULUMI_BACKEND_URL: folder.backendUrl,
    INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: world.source.clientSecret,
    drSiteClientSecret: world.destination.clientSecret,
  });
  expect(preview).toMatchObject({ code: 0, stdout: expect.stringMatching(/\+ A\s+1@/) });
});

// What `adopt` writes, in the same form, is planned and applied by the first tool in each run.
describe.each(TOOLS)("HCL, $title", ({ tool, unavailable = isThorough ? undefined : THOROUGH_ONLY }) => {
  const reason = unavailable === undefined ? "" : ` (not run: ${unavailable})`;
  it.skipIf(unavailable !== undefined)(`is formatted, valid, and plans the sync${reason}`, async () => {
    await using world = await startWorld({ source: { A: "1" } });
    await using folder = await makeTerraformFolder(tool);
    const settings = {
      allowedHosts: undefined,
      allowInsecureHttp: false,
      environment: secretsOf(world),
      shared,
    };
    const given = { ...flags(world), description: 'a ${hard} "one" %{if}' };
    await init(request("", { given, settings, target: { format: "terraform", place: folder.path } }));
    Object.assign(folder.environment, {
      INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: world.source.clientSecret,
      TF_VAR_dr_site_client_secret: world.destination.clientSecret,
    });
    expect(await folder.run("fmt", "-check", "-diff")).toBe("");
    const planned = await folder.run("plan", "-no-color", "-input=false");
    expect(planned).toMatch(/Plan: 2 to add/);
    expect(planned).toContain('"a ${hard} \\"one\\" %{if}"');
  });
});
