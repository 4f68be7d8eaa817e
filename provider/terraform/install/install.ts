/** Puts the provider where Terraform and OpenTofu find it, from a program that is here already. */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { chmod, copyFile, lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
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
      for (const type of typeFolders(mirror)) {
        const folder = join(type, program.version, platform);
        if (!isImplied) await requireInside(mirror, folder);
        await place(program, folder, programName(program.version, platform));
      }
  } catch (error) {
    throw new Error(`The provider cannot be put into ${mirror}: ${describeError(error)}`, { cause: error });
  }
  return { mirror, isImplied, overruledBy: isImplied ? await filesThatNameMirrors() : [] };
}

/** The mirror that is named may lie in a checkout, where links within it are somebody else's. */
async function requireInside(mirror: string, folder: string): Promise<void> {
  const parts = relative(mirror, folder).split(sep);
  for (const path of parts.map((_, index) => join(mirror, ...parts.slice(0, index + 1)))) {
    const found = await lstat(path).catch(() => undefined);
    if (found?.isSymbolicLink())
      throw new Error(`${path} is a symbolic link, and nothing is written through one.`);
  }
}

/** A tool that looks meanwhile finds the program of before, or this one. */
async function place(program: ProviderProgram, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Node asks the nearest package.json what a file without a known extension is; the user's may say "module".
  if (program.isScript) await put(folder, "package.json", (coming) => writeFile(coming, PACKAGE, NEW));
  await put(folder, name, async (coming) => {
    await copyFile(program.file, coming, constants.COPYFILE_EXCL);
    await chmod(coming, 0o755);
  });
}

/** What has the name there is replaced, and nothing that it links to is written. */
async function put(folder: string, name: string, write: (coming: string) => Promise<void>): Promise<void> {
  const coming = join(folder, `.${name}.${randomUUID()}`);
  try {
    await write(coming);
    await rename(coming, join(folder, name));
  } finally {
    await rm(coming, { force: true });
  }
}

const NEW = { flag: "wx" } as const;

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
