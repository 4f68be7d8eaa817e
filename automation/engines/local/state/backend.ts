/** The layout of the CLI's `file://` backend, version 1 (stacks by project). */
import { rm, rmdir } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { homeIn } from "../../../files/home.ts";
import { inside } from "../../../files/inside.ts";
import { EngineError } from "../../engine.ts";
import { withoutUser } from "../../refusals.ts";
import { readCheckpoint, type StoredDeployment } from "./checkpoint.ts";
import { listFolder, readIfPresent, removeLeftovers, writeAtomically } from "./files.ts";
import { describeLocks, hasEndedHere, lockStack, removeLocks } from "./lock.ts";
import { unsupported } from "./refusals.ts";

/** The files of one stack. */
export interface StackFiles {
  exists(): Promise<boolean>;
  /** The latest deployment; undefined for a stack that has never been written. */
  read(): Promise<StoredDeployment | undefined>;
  /** Writes the checkpoint, under the lock, whose `latest` is the JSON text that the pieces make. */
  write(latest: readonly Buffer[]): Promise<void>;
  lock(): Promise<AsyncDisposable>;
  /** A line for each lock: who holds it. */
  locks(): Promise<string[]>;
  unlockAll(): Promise<void>;
  /** Keeps what the last operation was, and the state it left. */
  recordHistory(entry: HistoryEntry): Promise<void>;
  /** The number of operations in the history. */
  countHistory(): Promise<number>;
  remove(): Promise<void>;
}

/** What the history keeps of an operation. */
export interface HistoryEntry {
  kind: "update" | "refresh" | "destroy";
  startTime: number;
  endTime: number;
  message: string;
  environment: Record<string, string>;
  config: Record<string, unknown>;
  result: "succeeded" | "failed";
  resourceChanges: Record<string, number>;
}

export interface Backend {
  stack(project: string, stack: string): StackFiles;
  /** The names of a project's stacks. */
  stacks(project: string): Promise<string[]>;
}

/** Opens the backend at a `file://` URL. A new one is set up when something is first written there. */
export async function openBackend(url: string, env: NodeJS.ProcessEnv, cwd: string): Promise<Backend> {
  const folder = pathOf(url, env, cwd);
  await checkLayout(join(folder, BOOKKEEPING));
  return {
    stack: (project, stack) => stackFiles(folder, project, stack, env),
    async stacks(project) {
      const names = await listFolder(join(folder, BOOKKEEPING, "stacks", project));
      return names.flatMap((name) => /^(.+)\.json(?:\.gz|\.zst)?$/.exec(name)?.[1] ?? []).sort();
    },
  };
}

const BOOKKEEPING = ".pulumi";

function pathOf(url: string, env: NodeJS.ProcessEnv, cwd: string): string {
  if (!url.startsWith("file://")) {
    throw unsupported(
      `The stack's backend is ${withoutUser(url)}; the local engine keeps state in files only.`,
      "Use the Pulumi CLI for this stack, or a backend like PULUMI_BACKEND_URL=file:///path/of/a/folder.",
    );
  }
  const path = (url.slice("file://".length).split("?")[0] ?? "").replace(/^~(?=\/|$)/, homeIn(env));
  // As the CLI does: file://relative/path is taken from the working directory.
  return isAbsolute(path) && process.platform === "win32" ? fileURLToPath(url) : resolve(cwd, path);
}

const metaSchema = z.object({ version: z.number() });

async function checkLayout(root: string): Promise<void> {
  const path = join(root, META);
  const text = await readIfPresent(path);
  if (text === undefined) {
    const names = await listFolder(join(root, "stacks"));
    if (names.some((name) => name.endsWith(".json"))) throw oldLayout(root);
    return;
  }
  const meta = metaSchema.safeParse(parse(text));
  if (!meta.success) throw new EngineError("invalid-state", `${path} does not tell the layout of the state.`);
  if (meta.data.version !== 1) throw oldLayout(root);
}

/** @param path of the file that tells the layout */
async function ensureLayout(path: string): Promise<void> {
  if ((await readIfPresent(path)) !== undefined) return;
  await removeLeftovers(dirname(path), (name) => name === META, hasEndedHere);
  await writeAtomically(path, "version: 1\n");
}

const META = "meta.yaml";

function oldLayout(root: string): EngineError {
  return unsupported(
    `The state in ${root} has another layout than the local engine knows.`,
    "The CLI's `pulumi state upgrade` brings an old one up to date.",
  );
}

function stackFiles(home: string, project: string, stack: string, env: NodeJS.ProcessEnv): StackFiles {
  // As the checkpoint names it.
  const fullName = `organization/${project}/${stack}`;
  const root = join(home, BOOKKEEPING);
  const folder = join(root, "stacks", project);
  const path = join(folder, `${stack}.json`);
  const locks = join(root, "locks", "organization", project, stack);
  const kept = [join(root, "history", project, stack), join(root, "backups", project, stack)] as const;
  const [history, backups] = kept;
  /** The same path, to be written: the state may be in a checkout. */
  const writable = (each: string) => inside(home, relative(home, each));
  let hasBackup = false;
  return {
    async exists() {
      const names = await listFolder(folder);
      if (names.includes(`${stack}.json.gz`) || names.includes(`${stack}.json.zst`)) {
        throw new EngineError(
          "unsupported",
          `The state of ${fullName} is compressed; the local engine reads plain JSON.`,
        );
      }
      return names.includes(`${stack}.json`);
    },
    read: () => readCheckpoint(path, backups),
    async write(latest) {
      await writable(path);
      if (!hasBackup) {
        await removeLeftovers(folder, (name) => name === `${stack}.json` || name === `${stack}.json.bak`);
        // The sidecars hold a checksum of what the CLI wrote last; it does without them.
        const before = await readIfPresent(path);
        if (before !== undefined) await writeAtomically(await writable(`${path}.bak`), before);
        await Promise.all([rm(`${path}.attrs`, { force: true }), rm(`${path}.bak.attrs`, { force: true })]);
        hasBackup = true;
      }
      const head = `{"version":3,"checkpoint":{"stack":${JSON.stringify(fullName)},"latest":`;
      await writeAtomically(path, Buffer.concat([Buffer.from(head), ...latest, Buffer.from("}}")]));
    },
    async lock() {
      // All that the operation is going to write: it is refused before it has done anything.
      const meta = join(root, META);
      await Promise.all([meta, path, `${path}.bak`, locks, ...kept].map(writable));
      await ensureLayout(meta);
      return lockStack(locks);
    },
    locks: () => describeLocks(locks),
    unlockAll: async () => removeLocks(await writable(locks)),
    async recordHistory(entry) {
      const stamp = `${BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n)}`;
      const text = (await readIfPresent(path)) ?? "";
      await Promise.all(kept.map(writable));
      await Promise.all(kept.map((each) => removeLeftovers(each)));
      await writeAtomically(
        join(history, `${stack}-${stamp}.history.json`),
        JSON.stringify({ ...entry, version: 0 }),
      );
      await writeAtomically(join(history, `${stack}-${stamp}.checkpoint.json`), text);
      if (isSet(env["PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS"])) return;
      await writeAtomically(join(backups, `${stack}.${stamp}.json`), text);
    },
    async countHistory() {
      const names = await listFolder(history);
      return names.filter((name) => name.endsWith(".history.json")).length;
    },
    async remove() {
      await Promise.all([path, ...kept].map(writable));
      const names = [path, `${path}.attrs`, `${path}.bak`, `${path}.bak.attrs`].concat(
        join(folder, `${stack}.pulumi-tags`),
      );
      await Promise.all(names.map((name) => rm(name, { force: true })));
      await Promise.all(kept.map((each) => removeKept(each, stack)));
    },
  };
}

/** Removes what engines have kept of a stack in a folder, and the folder unless something else is in it. */
async function removeKept(folder: string, stack: string): Promise<void> {
  const isKept = (name: string) =>
    name.startsWith(stack) &&
    /^[-.]\d+\.(?:(?:history|checkpoint)\.)?json(?:\.gz|\.zst)?(?:\.attrs)?$/.test(name.slice(stack.length));
  const names = (await listFolder(folder)).filter(isKept);
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
  await rmdir(folder).catch(() => {}); // not there, or not empty: then it is not ours alone
}

const isSet = (value: string | undefined): boolean => value === "1" || value === "true";
