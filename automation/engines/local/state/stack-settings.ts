/** Pulumi.<stack>.yaml: a stack's salt and configuration, in the CLI's format. Comments in it survive. */
import { basename, join, relative } from "node:path";
import { Document, isMap, parseDocument, type YAMLMap } from "yaml";
import { inside } from "../../../files/inside.ts";
import { EngineError } from "../../engine.ts";
import { readIfPresent, removeLeftovers, writeAtomically } from "./files.ts";
import { hasEndedHere } from "./lock.ts";
import type { Project } from "./project.ts";
import { unsupported } from "./refusals.ts";

/** A value as the file has it: plain, encrypted (`{ secure }`), or an object or list of such. */
export type RawConfig = Record<string, unknown>;

export interface StackSettings {
  readonly path: string;
  readonly salt: string | undefined;
  readonly config: RawConfig;
  setSalt(salt: string): void;
  set(key: string, value: string | { secure: string }): void;
  remove(key: string): void;
  /** Writes the file if something was set. */
  save(): Promise<void>;
}

/** @param isWritable else what is set holds as long as these settings are kept */
export async function readStackSettings(
  project: Pick<Project, "root" | "settingsFolder">,
  stack: string,
  isWritable: boolean,
): Promise<StackSettings> {
  const { settingsFolder: folder } = project;
  const path = join(folder, `Pulumi.${stack}.yaml`);
  const text = await readIfPresent(path);
  const document = text === undefined || text.trim() === "" ? new Document({}) : parseDocument(text);
  const root = document.contents;
  if (document.errors.length > 0 || !isMap(root)) {
    throw new EngineError(
      "invalid-config",
      `${path} is not a valid settings file: ${document.errors[0]?.message ?? "no map"}`,
    );
  }
  refuseForeign(root, path);
  let isChanged = false;
  return {
    path,
    get salt() {
      const salt = document.get("encryptionsalt");
      return typeof salt === "string" ? salt : undefined;
    },
    get config() {
      const config: unknown = document.toJS().config;
      if (config === undefined || config === null) return {};
      if (typeof config === "object" && !Array.isArray(config)) return { ...config };
      throw new EngineError("invalid-config", `${path}: \`config\` is no map.`);
    },
    setSalt(salt) {
      document.set("encryptionsalt", salt);
      isChanged = true;
    },
    set(key, value) {
      document.setIn(["config", key], document.createNode(value));
      isChanged = true;
    },
    remove(key) {
      isChanged = document.deleteIn(["config", key]) || isChanged;
      const config = document.get("config");
      if (isMap(config) && config.items.length === 0) document.delete("config");
    },
    async save() {
      if (!isChanged || !isWritable) return;
      await inside(project.root, relative(project.root, path));
      await removeLeftovers(folder, (name) => name === basename(path), hasEndedHere);
      await writeAtomically(path, document.toString({ lineWidth: 0 }));
      isChanged = false;
    },
  };
}

function refuseForeign(root: YAMLMap, path: string): void {
  const provider = root.get("secretsprovider");
  if (
    root.has("encryptedkey") ||
    (typeof provider === "string" && provider !== "passphrase" && provider !== "default")
  ) {
    throw unsupported(
      `${path} names the secrets provider "${provider}"; the local engine knows passphrases only.`,
    );
  }
  if (root.has("environment")) {
    throw unsupported(`${path} imports Pulumi ESC environments, which the local engine does not read.`);
  }
}
