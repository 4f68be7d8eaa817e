/** Puts the provider where Terraform and OpenTofu find it, from a program that is here already. */
import { chmod, copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describeError } from "../../errors.ts";
import { filesThatNameMirrors } from "./configuration.ts";
import { impliedMirror, type Platform, programName, SOURCE_ADDRESS, typeFolders } from "./mirror.ts";

/** A provider that can be copied. */
export interface ProviderProgram {
  file: string;
  version: string;
  /** What it runs on. */
  platforms: readonly Platform[];
  /** It is JavaScript that the Node of the PATH runs. */
  isScript: boolean;
}

export interface Installation {
  /** Root of the mirror. */
  mirror: string;
  /** The tools look there without any configuration. */
  isImplied: boolean;
  /** Settings of the user's in which the tools are told to look elsewhere. */
  overruledBy: readonly string[];
}

/**
 * @param folder root of the filesystem mirror; default: the one in which both tools look by themselves
 * @throws if it cannot be written there; what was put there before stays
 */
export async function installProvider(program: ProviderProgram, folder?: string): Promise<Installation> {
  const isImplied = folder === undefined;
  const mirror = resolve(folder ?? impliedMirror());
  try {
    for (const platform of program.platforms)
      for (const type of typeFolders(mirror))
        await place(program, join(type, program.version, platform), programName(program.version, platform));
  } catch (error) {
    throw new Error(`The provider cannot be put into ${mirror}: ${describeError(error)}`, { cause: error });
  }
  return { mirror, isImplied, overruledBy: isImplied ? await filesThatNameMirrors() : [] };
}

/** A tool that looks meanwhile finds the program of before, or this one. */
async function place(program: ProviderProgram, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Node asks the nearest package.json what a file without a known extension is; the user's may say "module".
  if (program.isScript) await writeFile(join(folder, "package.json"), PACKAGE);
  const coming = join(folder, `.${name}.${process.pid}`);
  try {
    await copyFile(program.file, coming);
    await chmod(coming, 0o755);
    await rename(coming, join(folder, name));
  } finally {
    await rm(coming, { force: true });
  }
}

/** What stands beside the script form. */
export const PACKAGE = '{ "type": "commonjs" }\n';

/** What was done, and what to write into the configuration. */
export function installedText({ version }: ProviderProgram, installation: Installation): string {
  const { mirror, isImplied, overruledBy } = installation;
  return [
    `Provider ${SOURCE_ADDRESS} ${version} is in ${mirror}.`,
    ...(isImplied
      ? overruledBy.map(
          (file) =>
            `But ${file} has a provider_installation block, with which nothing is looked for there by itself. Add to that block:\n\n${mirrorBlock(mirror)}`,
        )
      : [`To have it found there, write into ~/.terraformrc (OpenTofu: ~/.tofurc):\n\n${settings(mirror)}`]),
    `In the configuration:\n\n${requiredProviders(version)}`,
    "Then run terraform init, or tofu init.",
  ].join("\n\n");
}

const requiredProviders = (version: string): string => `  terraform {
    required_version = ">= 1.11"
    required_providers {
      externalinfisical = {
        source  = "${SOURCE_ADDRESS}"
        version = "~> ${version.split(".").slice(0, 2).join(".")}"
      }
    }
  }`;

const mirrorBlock = (mirror: string): string => `    filesystem_mirror {
      path    = ${JSON.stringify(mirror)}
      include = ["${SOURCE_ADDRESS.split("/")[0]}/*"]
    }`;

const settings = (mirror: string): string => `  provider_installation {
${mirrorBlock(mirror)}
    direct {
      exclude = ["${SOURCE_ADDRESS.split("/")[0]}/*"]
    }
  }`;
