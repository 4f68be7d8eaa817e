/** What must be a secret is not taken in clear, by whatever the program is run: what reads a tree can change it. */
import { existsSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ConfigMap, type Engine, EngineError, type StackHandle } from "../automation/engines/engine.ts";
import { createLocalEngine } from "../automation/engines/local/local-engine.ts";
import { findPulumiCli } from "../automation/engines/pulumi-cli/find.ts";
import { createPulumiEngine } from "../automation/engines/pulumi-cli/pulumi-engine.ts";
import { ExternalInfisicalConnection } from "../provider/pulumi/index.ts";
import { connectionInputs, providerConfiguration, syncArguments } from "./support/arguments.ts";
import { fixture } from "./support/node.ts";
import { bin } from "./support/run-command.ts";
import { makeStackFolder } from "./support/stack-folder.ts";
import { isThorough } from "./support/thorough.ts";
import { startWorld, type World } from "./support/world.ts";

const cli = isThorough ? await findPulumiCli() : undefined;
const ENGINES: [string, Engine][] = [
  ["local", createLocalEngine()],
  ...(cli ? [["pulumi-cli", createPulumiEngine(cli)] as [string, Engine]] : []),
];
const FINGERPRINT_KEY = "external-infisical:fingerprintKey";
const CONNECTION_SECRETS = "external-infisical:connectionSecrets";
const PLANTED = "a planted key that is well known";

interface Opened {
  config: ConfigMap;
  isInline?: boolean;
  /** More lines of the project's own file. */
  project?: string;
}

/** A stack of a folder, or of an inline program, that is not run by this package's command. */
async function openStack(engine: Engine, world: World, { config, isInline, project = "" }: Opened) {
  const folder = await makeStackFolder(fixture("scenario-stack"));
  const connection = connectionInputs(world);
  await folder.write("program.json", { connection, resourceName: "sync", sync: syncArguments(world, {}) });
  await appendFile(join(folder.path, "Pulumi.yaml"), project);
  const stack = await engine.openStack({
    stack: "test",
    workDir: folder.path,
    backendUrl: folder.backendUrl,
    envVars: folder.envVars,
    config: { ...providerConfiguration(world), ...config },
    ...(isInline && {
      projectName: "scenario",
      program: async () => void new ExternalInfisicalConnection("connection", connection as never),
    }),
  });
  return { folder, stack, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** What the user is told; fails if the operation does not. */
async function refusalOf(stack: StackHandle, command: "preview" | "up"): Promise<string> {
  const shown: string[] = [];
  const run = stack[command]({ onEvent: (event) => shown.push(event.diagnosticEvent?.message ?? "") });
  const error = await run.then(
    () => expect.fail("it was taken"),
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(EngineError);
  return `${shown.join("")}${(error as Error).message}`;
}

const isUntouched = ({ source, destination }: World) => {
  expect(source.server.requests).toEqual([]);
  expect(destination.server.requests).toEqual([]);
};

test.skipIf(!existsSync(bin)).each(ENGINES)(
  "engine %s: a fingerprintKey or connectionSecrets in clear is refused before anything is asked (needs npm run build)",
  async (_name, engine) => {
    await using world = await startWorld({ source: { A: "1" } });
    for (const [key, value, told] of [
      [FINGERPRINT_KEY, PLANTED, `pulumi config set --secret ${FINGERPRINT_KEY}`],
      [
        CONNECTION_SECRETS,
        '{"dr-site":"a planted secret"}',
        `pulumi config rm ${CONNECTION_SECRETS}, then pulumi config set --secret --path ${CONNECTION_SECRETS}.<`,
      ],
    ] as const) {
      await using opened = await openStack(engine, world, { config: { [key]: { value } } });
      for (const command of ["preview", "up"] as const) {
        const refusal = await refusalOf(opened.stack, command);
        expect(refusal).toContain(`The configuration ${key} stands in clear in Pulumi.test.yaml`);
        expect(refusal).toContain(told);
        expect(refusal).not.toContain("planted");
        expect(refusal).not.toContain("    at ");
      }
    }
    isUntouched(world);
  },
  300_000,
);

test.skipIf(!existsSync(bin)).each(ENGINES)(
  "engine %s: so is one of the project's own file, and one of an inline program (needs npm run build)",
  async (_name, engine) => {
    await using world = await startWorld({ source: { A: "1" } });
    const config = { [FINGERPRINT_KEY]: { value: PLANTED } };
    const project = `config:\n  ${FINGERPRINT_KEY}:\n    value: ${PLANTED}\n`;
    for (const options of [
      { config: {}, project },
      { config, isInline: true },
    ]) {
      await using opened = await openStack(engine, world, options);
      expect(await refusalOf(opened.stack, "preview")).toContain(`${FINGERPRINT_KEY} stands in clear`);
    }
    isUntouched(world);
  },
  300_000,
);

test.skipIf(!existsSync(bin)).each(ENGINES)(
  "engine %s: encrypted, both are taken (needs npm run build)",
  async (_name, engine) => {
    await using world = await startWorld({ source: { A: "1" }, connectionSecret: "configuration" });
    await using opened = await openStack(engine, world, {
      config: { [FINGERPRINT_KEY]: { value: "a key that nobody else knows", secret: true } },
    });
    await opened.stack.up({});
    expect(world.destination.read()).toEqual({ A: "1" });
  },
  300_000,
);
