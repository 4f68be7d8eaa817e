// The same programs through the Pulumi CLI and the local engine: what they do, tell and store must be the same.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sdk from "@pulumi/pulumi/package.json" with { type: "json" };
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../../test/fixtures/local-engine/sandbox.ts";
import { filesOf } from "../../../test/fixtures/local-engine/stack.ts";
import { fixture, root } from "../../../test/support/node.ts";
import { cli } from "../../../test/support/pulumi-cli.ts";
import { isThorough } from "../../../test/support/thorough.ts";
import {
  type Declared,
  EngineError,
  type EngineEvent,
  type StackHandle,
  type StackSource,
} from "../engine.ts";
import { createPulumiEngine } from "../pulumi-cli/pulumi-engine.ts";
import { createLocalEngine } from "./local-engine.ts";

type Kind = "preview" | "up" | "refresh" | "destroy";
interface ComparedStep {
  kind: Kind;
  program?: string;
  things?: Record<string, object | null>;
  refresh?: boolean;
  /** Names of the targets. */
  targets?: string[];
  /** Compared in a quick run too. */
  isEssential?: boolean;
}

const STEPS: ComparedStep[] = [
  { kind: "preview", program: "first" },
  { kind: "up", program: "first", isEssential: true },
  { kind: "up", program: "first" },
  { kind: "preview", program: "changed" },
  { kind: "up", program: "changed", isEssential: true },
  { kind: "refresh", things: { a: { list: [9], color: "blue" }, b: null } },
  { kind: "preview", program: "changed", things: {} },
  {
    kind: "up",
    program: "changed",
    refresh: true,
    things: { a: { password: "drifted" } },
  },
  { kind: "up", program: "renamed", things: {} },
  { kind: "up", program: "renamedAgain" },
  { kind: "preview", program: "rebased" },
  { kind: "up", program: "rebased" },
  { kind: "up", program: "partly" },
  { kind: "up", program: "broken" },
  { kind: "up", program: "whole" },
  { kind: "preview", program: "refused" },
  { kind: "up", program: "refused" },
  { kind: "up", program: "refusedWhole" },
  { kind: "up", program: "duplicate" },
  { kind: "up", program: "thrown" },
  { kind: "up", program: "logging" },
  { kind: "up", program: "undeletable" },
  { kind: "up", program: "empty" },
  { kind: "up", program: "chain" },
  { kind: "preview", program: "longerChain", targets: ["next", "fresh"] },
  { kind: "up", program: "longerChain", targets: ["next", "fresh"] },
  { kind: "refresh", targets: ["next"] },
  { kind: "destroy" },
];

const played = isThorough ? STEPS : STEPS.filter(({ isEssential }) => isEssential);
const extent = `${played.length} of ${STEPS.length} steps, all in npm run test:all`;

describe.skipIf(!cli)(`local engine and Pulumi CLI (needs \`pulumi\` on PATH; ${extent})`, () => {
  let theirs: Sandbox;
  let ours: Sandbox;
  let stack: StackHandle;
  let kept: KeptStep[] | undefined;
  const done: KeptStep[] = [];

  beforeAll(async () => {
    [theirs, ours] = await Promise.all([createSandbox("compare"), createSandbox("compare")]);
    const config = { password: { value: "hunter22", secret: true } };
    stack = await engine.openStack({ ...sourceOf(ours), config });
    kept = isThorough ? undefined : await keptSteps(theirs);
    if (kept) return;
    await theirs.pulumi("stack", "init", "dev");
    await theirs.pulumi("config", "set", "--secret", "password", "hunter22");
  });
  afterAll(async () => {
    if (!isThorough && !kept && done.length === played.length) await keep(theirs, done);
    await theirs?.[Symbol.asyncDispose]();
    await ours?.[Symbol.asyncDispose]();
  });

  for (const [index, step] of played.entries()) {
    const title = `${index + 1}. ${step.kind} ${step.program ?? ""}${step.refresh ? " --refresh" : ""}`;
    it(title, { timeout: 120_000 }, async () => {
      const [cli, local] = await Promise.all([
        kept?.[index] ?? runCli(theirs, step),
        runLocal(ours, stack, step),
      ]);
      done.push(cli);
      for (const [path, text] of Object.entries(cli.files)) await put(join(theirs.root, path), text);
      expect(local.failed).toBe(cli.failed);
      expect(stepsOf(local.events)).toEqual(stepsOf(cli.events));
      expect(messagesOf(local.events, ours.folder)).toEqual(messagesOf(cli.events, theirs.folder));
      expect(local.events.find((event) => event.summaryEvent)?.summaryEvent).toEqual({
        ...cli.events.find((event) => event.summaryEvent)?.summaryEvent,
        durationSeconds: expect.any(Number),
      });
      const stored = await engine.openStack(sourceOf(theirs));
      expect(stateOf(await stack.exportStack())).toEqual(stateOf(await stored.exportStack()));
      expect(await stack.outputs()).toEqual(await stored.outputs());
    });
  }

  it.skipIf(!isThorough)("say that a program declares the same", { timeout: 120_000 }, async () => {
    if (!cli) throw new Error("skipped without a CLI");
    for (const sandbox of [theirs, ours]) await sandbox.setWorld({ program: "longerChain" });
    const real = await createPulumiEngine(cli).openStack(sourceOf(theirs));
    const before = await real.exportStack();
    expect(sorted(await stack.declared())).toEqual(sorted(await real.declared()));
    expect(await real.exportStack()).toEqual(before);
  });
});

const sorted = (declared: readonly Declared[]) =>
  declared
    .map(({ urn, needs }) => ({ urn, needs: [...new Set(needs)].sort() }))
    .sort((a, b) => a.urn.localeCompare(b.urn));

const engine = createLocalEngine();

const sourceOf = (sandbox: Sandbox): StackSource => ({
  stack: "dev",
  workDir: sandbox.folder,
  envVars: sandbox.env,
});

const urnOf = (name: string) => `urn:pulumi:dev::compare::pulumi-nodejs:dynamic:Resource::${name}`;

async function runCli(
  sandbox: Sandbox,
  { kind, refresh, targets = [], ...world }: ComparedStep,
): Promise<KeptStep> {
  await sandbox.setWorld(world);
  const flags = kind === "preview" ? [] : ["--yes", "--skip-preview"];
  const { code, events } = await sandbox.pulumi(
    kind,
    "--stack=dev",
    ...flags,
    ...(refresh ? ["--refresh"] : []),
    ...targets.flatMap((name) => ["--target", urnOf(name)]),
  );
  const files = Object.fromEntries(
    await Promise.all(
      LEFT.map(async (path) => [path, await readFile(join(sandbox.root, path), "utf8")] as const),
    ),
  );
  return { failed: code !== 0, events, files };
}

/** What a step of the CLI leaves that the local engine reads. */
const LEFT = ["program/Pulumi.dev.yaml", "state/.pulumi/meta.yaml", "state/.pulumi/stacks/compare/dev.json"];

/**
 * The CLI does the same as long as it, the SDK and the programs are the same: what it has done in a quick run's steps is kept
 * for the next one.
 */
interface KeptStep {
  failed: boolean;
  events: EngineEvent[];
  /** The text of each file in LEFT. */
  files: Record<string, string>;
}

async function keptFile(): Promise<string> {
  const made = [fileURLToPath(import.meta.url), ...(await filesOf(fixture("local-engine")))];
  const hash = createHash("sha256").update(`${cli?.version} ${sdk.version} ${process.version}`);
  for (const file of made) hash.update(await readFile(file));
  return join(root, "node_modules/.cache/external-infisical/cli", `${hash.digest("hex")}.json`);
}

async function keptSteps({ root: place }: Sandbox): Promise<KeptStep[] | undefined> {
  const text = await readFile(await keptFile(), "utf8").catch(() => undefined);
  return text && JSON.parse(text.replaceAll("<place>", place));
}

async function keep({ root: place }: Sandbox, steps: readonly KeptStep[]): Promise<void> {
  await put(await keptFile(), JSON.stringify(steps).replaceAll(place, "<place>"));
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function runLocal(
  sandbox: Sandbox,
  stack: StackHandle,
  { kind, refresh, targets, ...world }: ComparedStep,
) {
  await sandbox.setWorld(world);
  const events: EngineEvent[] = [];
  let failed = false;
  try {
    await stack[kind]({
      onEvent: (event) => events.push(event),
      ...(refresh && { refresh }),
      ...(targets && { targets: targets.map(urnOf) }),
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    failed = true;
  }
  return { failed, events };
}

/** The steps by resource: side by side ones come in any order. */
function stepsOf(events: EngineEvent[]) {
  const steps = events.flatMap((event) => {
    const kind = Object.keys(event).find((key) => key.startsWith("res")) ?? "";
    // A failure's own fields count the steps under way, which is a matter of timing.
    const body = event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent;
    return body ? [{ kind, metadata: normalise(body.metadata) }] : [];
  });
  return Object.fromEntries(Map.groupBy(steps, (step) => JSON.stringify(step.metadata.urn)));
}

function messagesOf(events: EngineEvent[], folder: string) {
  return events
    .flatMap(({ diagnosticEvent: event }) => (event ? [event] : []))
    .filter(({ severity, message }) => String(severity) !== "debug" && !message.includes("from $PATH"))
    .map(
      ({ severity, message, urn }) =>
        `${severity} ${urn ?? ""} ${message.replaceAll(folder, "<folder>").replaceAll(SDK_FRAME, "").trim()}`,
    )
    .filter((line) => !line.endsWith(" "))
    .sort();
}

/** In a stack trace: the CLI reads the maps of the SDK's sources for it, the local engine does not. */
const SDK_FRAME = /\n\s+at .*[/\\]@pulumi[/\\].*/g;

function stateOf(exported: { deployment: { resources?: object[]; pending_operations?: object[] } }) {
  const state = normalise(exported);
  return {
    resources: Object.fromEntries(
      Map.groupBy(state.deployment.resources ?? [], (resource) =>
        JSON.stringify("urn" in resource && resource.urn),
      ),
    ),
    pending: state.deployment.pending_operations ?? [],
  };
}

/** Without what differs from run to run: provider ids, times, places in files, which dependency the SDK came upon first. */
function normalise<T>(value: T): T {
  const text = JSON.stringify(value, (key, each) =>
    VOLATILE.has(key) ? undefined : key === "dependencies" ? each?.toSorted() : each,
  );
  return JSON.parse(
    text
      .replaceAll(/::default::[0-9a-f-]{36}/g, "::default::id")
      .replaceAll(/"id":"[0-9a-f-]{36}"/g, '"id":"id"'),
  );
}

const VOLATILE = new Set(["__provider", "created", "modified", "sourcePosition", "stackTrace"]);
