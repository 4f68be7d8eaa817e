/** The layout of the CLI's `file://` backend, version 1 (stacks by project). */
import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { EngineError } from "../engine.ts";
import { readCheckpoint, type StoredDeployment } from "./checkpoint.ts";
import { listFolder, readIfPresent, removeLeftovers, writeAtomically } from "./files.ts";
import { describeLocks, hasEndedHere, lockStack, removeLocks } from "./lock.ts";

/** The files of one stack. */
export interface StackFiles {
  /** `organization/<project>/<stack>`, as the checkpoint names it. */
  readonly fullName: string;
  exists(): Promise<boolean>;
  /** The latest deployment; undefined for a stack that has never been written. */
  read(): Promise<StoredDeployment | undefined>;
  /** Writes the checkpoint, under the lock, whose `latest` is the given JSON text. */
  write(latest: string): Promise<void>;
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

/** Opens the backend at a `file://` URL, and sets it up if it is new. */
export async function openBackend(url: string, env: NodeJS.ProcessEnv, cwd: string) {
  const root = join(pathOf(url, cwd), ".pulumi");
  await ensureLayout(root);
  return {
    stack: (project: string, stack: string): StackFiles => stackFiles(root, project, stack, env),
  };
}

function pathOf(url: string, cwd: string): string {
  if (!url.startsWith("file://")) {
    throw new EngineError(
      "unsupported",
      `The stack's backend is ${withoutUser(url)}; the local engine keeps state in files only.`,
      {
        hint: "Use the Pulumi CLI for this stack, or a backend like PULUMI_BACKEND_URL=file:///path/of/a/folder.",
      },
    );
  }
  const path = (url.slice("file://".length).split("?")[0] ?? "").replace(/^~(?=\/|$)/, homedir());
  // As the CLI does: file://relative/path is taken from the working directory.
  return isAbsolute(path) && process.platform === "win32" ? fileURLToPath(url) : resolve(cwd, path);
}

const withoutUser = (url: string): string => url.replace(/\/\/[^/@]*@/, "//");

const metaSchema = z.object({ version: z.number() });

async function ensureLayout(root: string): Promise<void> {
  const path = join(root, "meta.yaml");
  const text = await readIfPresent(path);
  if (text === undefined) {
    const names = await listFolder(join(root, "stacks"));
    if (names.some((name) => name.endsWith(".json"))) throw oldLayout(root);
    await removeLeftovers(root, (name) => name === "meta.yaml", hasEndedHere);
    await writeAtomically(path, "version: 1\n");
    return;
  }
  const meta = metaSchema.safeParse(parse(text));
  if (!meta.success) throw new EngineError("invalid-state", `${path} does not tell the layout of the state.`);
  if (meta.data.version !== 1) throw oldLayout(root);
}

function oldLayout(root: string): EngineError {
  return new EngineError(
    "unsupported",
    `The state in ${root} has another layout than the local engine knows.`,
    {
      hint: "The CLI's `pulumi state upgrade` brings an old one up to date.",
    },
  );
}

function stackFiles(root: string, project: string, stack: string, env: NodeJS.ProcessEnv): StackFiles {
  const fullName = `organization/${project}/${stack}`;
  const folder = join(root, "stacks", project);
  const path = join(folder, `${stack}.json`);
  const history = join(root, "history", project, stack);
  const backups = join(root, "backups", project, stack);
  const locks = join(root, "locks", "organization", project, stack);
  let hasBackup = false;
  return {
    fullName,
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
      if (!hasBackup) {
        await removeLeftovers(folder, (name) => name === `${stack}.json` || name === `${stack}.json.bak`);
        // The sidecars hold a checksum of what the CLI wrote last; it does without them.
        const before = await readIfPresent(path);
        if (before !== undefined) await writeAtomically(`${path}.bak`, before);
        await Promise.all([rm(`${path}.attrs`, { force: true }), rm(`${path}.bak.attrs`, { force: true })]);
        hasBackup = true;
      }
      await writeAtomically(
        path,
        `{"version":3,"checkpoint":{"stack":${JSON.stringify(fullName)},"latest":${latest}}}`,
      );
    },
    lock: () => lockStack(locks),
    locks: () => describeLocks(locks),
    unlockAll: () => removeLocks(locks),
    async recordHistory(entry) {
      const stamp = `${BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n)}`;
      const text = (await readIfPresent(path)) ?? "";
      await Promise.all([removeLeftovers(history), removeLeftovers(backups)]);
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
      const names = [path, `${path}.attrs`, `${path}.bak`, `${path}.bak.attrs`].concat(
        join(folder, `${stack}.pulumi-tags`),
      );
      await Promise.all(names.map((name) => rm(name, { force: true })));
      await Promise.all([history, backups].map((name) => rm(name, { recursive: true, force: true })));
    },
  };
}

const isSet = (value: string | undefined): boolean => value === "1" || value === "true";
