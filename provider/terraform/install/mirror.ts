/**
 * Where Terraform and OpenTofu look for a provider that no registry has: the layout of a filesystem mirror.
 * https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
 */
import { homedir } from "node:os";
import { join, win32 } from "node:path";

/** Both tools look a short source address up below their own registry. */
const REGISTRIES = ["registry.terraform.io", "registry.opentofu.org"];
const NAMESPACE = "external-infisical";
export const TYPE = "externalinfisical";
/** What `required_providers` names. */
export const SOURCE_ADDRESS = `${NAMESPACE}/${TYPE}`;

/** An operating system and an architecture, by Go's names. */
export type Platform = `${string}_${string}`;

/** Go's names for what Node calls otherwise. */
const GO_NAMES = new Map([
  ["win32", "windows"],
  ["x64", "amd64"],
  ["ia32", "386"],
]);
const goName = (name: string) => GO_NAMES.get(name) ?? name;

export const THIS_PLATFORM: Platform = `${goName(process.platform)}_${goName(process.arch)}`;

/** The folders of a mirror for one type of provider, one for each tool. */
export const typeFolders = (mirror: string): string[] =>
  REGISTRIES.map((registry) => join(mirror, registry, NAMESPACE, TYPE));

/** The name of the file that the tools start. */
export const programName = (version: string, platform: Platform): string =>
  `terraform-provider-${TYPE}_v${version}${platform.startsWith("windows_") ? ".exe" : ""}`;

/** The name of a zip with that file, for a registry, a network mirror, or a mirror of zips. */
export const zipName = (version: string, platform: Platform): string =>
  `terraform-provider-${TYPE}_${version}_${platform}.zip`;

/** The version that the name of a program tells; undefined where it is not such a name. */
export const versionIn = (name: string): string | undefined =>
  new RegExp(`^terraform-provider-${TYPE}_v(\\d+\\.\\d+\\.\\d+.*?)(?:\\.exe)?$`).exec(name)?.[1];

/** The folder in which both tools look without any configuration. */
export function impliedMirror(
  environment: NodeJS.ProcessEnv = process.env,
  system: string = process.platform,
): string {
  if (system === "win32") return win32.join(environment["APPDATA"] ?? homedir(), "terraform.d", "plugins");
  return join(environment["HOME"] || homedir(), ".terraform.d", "plugins");
}
