/** What the files of the command line declare. */
import { basename, dirname } from "node:path";
import { ALLOWED_HOSTS, listHosts } from "../../../provider/hosts.ts";
import { EngineError } from "../../engines/engine.ts";
import { type Declaration, declarationOf } from "../../fleet/declarations/declaration.ts";
import type { Environment } from "../../stack/open-stack.ts";
import { loadSyncsFile } from "../../stack/syncs-file.ts";
import { findTarget, type Target } from "../../stack/target.ts";
import { allowedHosts, hostsOf, sourceHost } from "../../syncs/hosts.ts";
import { misplacedFiles } from "../../syncs/secrets.ts";

interface Asked {
  /** A file or folder. */
  place: string | undefined;
  options: { file: readonly string[]; cwd?: string | undefined };
  environment: Environment;
}

/** @throws EngineError `invalid-config` with what is wrong with a file, each with line and path */
export async function declaredIn({ place, options, environment }: Asked): Promise<Declaration[]> {
  const { cwd: folder = process.cwd(), file: more } = options;
  const named = [...(place === undefined ? [] : [place]), ...more];
  const declarations: Declaration[] = [];
  for (const file of named.length === 0 ? [undefined] : named) {
    const declaration = await declaredBy(await findTarget({ file, folder }), environment);
    const twin = declarations.find(({ project }) => project === declaration.project);
    if (twin)
      throw new EngineError(
        "invalid-config",
        `${twin.file} and ${declaration.file} both declare the project "${twin.project}".`,
        { hint: "Put its syncs into one file, or name the projects differently." },
      );
    declarations.push(declaration);
  }
  return declarations;
}

async function declaredBy(target: Target, environment: Environment): Promise<Declaration> {
  if (target.kind === "folder")
    throw new EngineError(
      "invalid-config",
      `${target.folder} has a Pulumi program, and a fleet runs no programs.`,
      {
        hint: "Name a syncs.yaml with --file; `external-infisical fleet adopt` takes over what a stack has.",
      },
    );
  const file = await loadSyncsFile(target.file);
  const misplaced = await misplacedFiles(file, target.folder);
  if (misplaced.length > 0) file.fail(misplaced);
  const hosts = listHosts([], environment[ALLOWED_HOSTS]);
  allowedHosts(hosts).check(hostsOf(file, sourceHost(file, environment)));
  return declarationOf(file, { file: basename(target.file), folder: dirname(target.file) }, environment);
}
