/** What must be a secret is not taken in clear, by whatever the program is run: what reads a tree can change it. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { type ConfigMap, type Engine, EngineError, type StackHandle } from "../automation/engines/engine.ts";
import { connectionInputs, syncArguments } from "./support/arguments.ts";
import { declarePair, OPENED_ENGINES, openStack } from "./support/open-stack.ts";
import { bin } from "./support/run-command.ts";
import { startWorld, type World } from "./support/world.ts";

const FINGERPRINT_KEY = "external-infisical:fingerprintKey";
const CONNECTION_SECRETS = "external-infisical:connectionSecrets";
const PLANTED = "a planted key that is well known";

/** A stack of an inline program, which is not run by this package's command. */
const openInline = (engine: Engine, world: World, config: ConfigMap) =>
  openStack(engine, world, { config, program: async () => declarePair(world, {}) });

/** The same of a folder. @param project more lines of its own file */
async function openFolder(engine: Engine, world: World, project: string) {
  const opened = await openStack(engine, world, { project });
  const declared = { connection: connectionInputs(world), sync: syncArguments(world, {}) };
  await opened.folder.write("program.json", { ...declared, resourceName: "sync" });
  return opened;
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

test.skipIf(!existsSync(bin)).each(OPENED_ENGINES)(
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
      await using opened = await openInline(engine, world, { [key]: { value } });
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

test.skipIf(!existsSync(bin)).each(OPENED_ENGINES)(
  "engine %s: so is one of the project's own file (needs npm run build)",
  async (_name, engine) => {
    await using world = await startWorld({ source: { A: "1" } });
    const project = `config:\n  ${FINGERPRINT_KEY}:\n    value: ${PLANTED}\n`;
    await using opened = await openFolder(engine, world, project);
    expect(await refusalOf(opened.stack, "preview")).toContain(`${FINGERPRINT_KEY} stands in clear`);
    isUntouched(world);
  },
  300_000,
);

test.skipIf(!existsSync(bin)).each(OPENED_ENGINES)(
  "engine %s: encrypted, both are taken (needs npm run build)",
  async (_name, engine) => {
    await using world = await startWorld({ source: { A: "1" }, connectionSecret: "configuration" });
    await using opened = await openInline(engine, world, {
      [FINGERPRINT_KEY]: { value: "a key that nobody else knows", secret: true },
    });
    await opened.stack.up({});
    expect(world.destination.read()).toEqual({ A: "1" });
  },
  300_000,
);
