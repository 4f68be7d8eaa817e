/** The configuration of a stack as its program and its provider get it: the project's, overlaid by the stack's. */
import { type ConfigMap, EngineError } from "../../engine.ts";
import type { Crypter } from "./passphrase.ts";
import type { Project } from "./project.ts";
import type { RawConfig } from "./stack-settings.ts";

export interface StackConfig {
  /** Values by full key (`namespace:name`), secrets in clear; what is no string is JSON. */
  readonly values: ReadonlyMap<string, string>;
  readonly secretKeys: ReadonlySet<string>;
}

/** Decrypts the stack's configuration. `crypter` is asked for only if something in it is encrypted. */
export async function resolveConfig(
  project: Project,
  stackConfig: RawConfig,
  crypter: () => Promise<Crypter>,
): Promise<StackConfig> {
  const values = new Map<string, string>();
  const secretKeys = new Set<string>();
  const raw = { ...projectDefaults(project, stackConfig), ...withFullKeys(project.name, stackConfig) };
  for (const [key, value] of Object.entries(raw).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const opened = await open(value, crypter);
    values.set(key, asText(opened.value));
    if (opened.isSecret) secretKeys.add(key);
  }
  return { values, secretKeys };
}

/** `name` belongs to the project; so does the CLI's old spelling `project:config:name`. */
export function fullKey(project: string, key: string): string {
  const [namespace, ...rest] = key.split(":");
  if (rest.length === 0) return `${project}:${key}`;
  return rest.length === 2 && rest[0] === "config" ? `${namespace}:${rest[1]}` : key;
}

export function toConfigMap({ values, secretKeys }: StackConfig): ConfigMap {
  return Object.fromEntries([...values].map(([key, value]) => [key, { value, secret: secretKeys.has(key) }]));
}

function withFullKeys(project: string, config: RawConfig): RawConfig {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [fullKey(project, key), value]));
}

function projectDefaults(project: Project, stackConfig: RawConfig): RawConfig {
  const given = withFullKeys(project.name, stackConfig);
  const defaults = new Map<string, unknown>();
  for (const [name, entry] of Object.entries(project.config)) {
    const key = fullKey(project.name, name);
    if (Object.hasOwn(given, key)) continue;
    if (typeof entry !== "object" || Array.isArray(entry)) {
      defaults.set(key, entry);
      continue;
    }
    const value = entry.value ?? entry.default;
    if (value !== undefined) defaults.set(key, value);
    else
      throw new EngineError("invalid-config", `The stack lacks a value for the configuration "${name}".`, {
        hint: "Pulumi.yaml declares it without a default; set it on the stack.",
      });
  }
  return Object.fromEntries(defaults) as RawConfig;
}

async function open(
  value: unknown,
  crypter: () => Promise<Crypter>,
): Promise<{ value: unknown; isSecret: boolean }> {
  if (Array.isArray(value)) {
    const opened = await Promise.all(value.map((each) => open(each, crypter)));
    return { value: opened.map((each) => each.value), isSecret: opened.some((each) => each.isSecret) };
  }
  if (typeof value !== "object" || value === null) return { value, isSecret: false };
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === "secure" && typeof first[1] === "string") {
    return { value: (await crypter()).decrypt(first[1]), isSecret: true };
  }
  const opened = await Promise.all(
    entries.map(async ([key, each]) => [key, await open(each, crypter)] as const),
  );
  return {
    value: Object.fromEntries(opened.map(([key, each]) => [key, each.value])),
    isSecret: opened.some(([, each]) => each.isSecret),
  };
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value ?? null);
}
