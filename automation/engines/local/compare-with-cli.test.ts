// The same programs through the Pulumi CLI and the local engine: what they do, tell and store must be the same.
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../../test/fixtures/local-engine/sandbox.ts";
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
  { kind: "up", program: "first" },
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

/** A quick run starts from what the local engine has deployed, once for either side. */
const DEPLOYED: ComparedStep = { kind: "up", program: "first" };
const played = isThorough ? STEPS : STEPS.filter(({ isEssential }) => isEssential);
const extent = `${played.length} of ${STEPS.length} steps, all in npm run test:all`;

describe.skipIf(!cli)(`local engine and Pulumi CLI (needs \`pulumi\` on PATH; ${extent})`, () => {
  let theirs: Sandbox;
  let ours: Sandbox;
  let stack: StackHandle;

  beforeAll(async () => {
    [theirs, ours] = await Promise.all([createSandbox("compare"), createSandbox("compare")]);
    const config = { password: { value: "hunter22", secret: true } };
    stack = await engine.openStack({ ...sourceOf(ours), config });
    if (isThorough) {
      await theirs.pulumi("stack", "init", "dev");
      await theirs.pulumi("config", "set", "--secret", "password", "hunter22");
      return;
    }
    await runLocal(ours, stack, DEPLOYED);
    for (const made of ["state", "program/Pulumi.dev.yaml"])
      await cp(join(ours.root, made), join(theirs.root, made), { recursive: true });
  });
  afterAll(async () => {
    await theirs?.[Symbol.asyncDispose]();
    await ours?.[Symbol.asyncDispose]();
  });

  for (const [index, step] of played.entries()) {
    const title = `${index + 1}. ${step.kind} ${step.program ?? ""}${step.refresh ? " --refresh" : ""}`;
    it(title, { timeout: 120_000 }, async () => {
      const [cli, local] = await Promise.all([runCli(theirs, step), runLocal(ours, stack, step)]);
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

async function runCli(sandbox: Sandbox, { kind, refresh, targets = [], ...world }: ComparedStep) {
  await sandbox.setWorld(world);
  const flags = kind === "preview" ? [] : ["--yes", "--skip-preview"];
  const { code, events } = await sandbox.pulumi(
    kind,
    "--stack=dev",
    ...flags,
    ...(refresh ? ["--refresh"] : []),
    ...targets.flatMap((name) => ["--target", urnOf(name)]),
  );
  return { failed: code !== 0, events };
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
