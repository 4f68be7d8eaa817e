/** The forms a declaration can be written in. */
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EngineError } from "../../engines/engine.ts";
import { backendUrlOf } from "../../engines/local/state/backend-url.ts";
import { withoutUser } from "../../engines/refusals.ts";
import type { Declaration, Written } from "./declaration.ts";
import type { FORMATS } from "./options.ts";
import { asPulumi } from "./pulumi.ts";
import { shellWord } from "./quote.ts";
import { asSyncsYaml } from "./syncs-yaml.ts";
import { asTerraform } from "./terraform.ts";
import { refuseExisting, writeNewFiles } from "./write-files.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Format = (typeof FORMATS)[number];

/** The files that are written, and where. */
export interface Target {
  format: Format;
  /** A file for `syncs`, a folder for the others. Default: `syncs.yaml`, or this folder. */
  place: string | undefined;
}

const NAMES = { pulumi: ["Pulumi.yaml", "index.ts"], terraform: ["main.tf", "variables.tf"] } as const;
const HINT = "Name another file, or another folder for a program or HCL, as the argument.";

const placeOf = ({ format, place }: Target) =>
  format === "syncs"
    ? { folder: dirname(place ?? "syncs.yaml"), names: [basename(place ?? "syncs.yaml")] }
    : { folder: place ?? ".", names: NAMES[format] };

/** @throws EngineError `invalid-config` where something would be overwritten */
export function refuseTaken(target: Target): Promise<void> {
  const { folder, names } = placeOf(target);
  return refuseExisting(folder, names, HINT);
}

/** Writes all files or none. @throws EngineError `invalid-config` where one of them is there already */
export async function writeDeclaration(
  declaration: Declaration,
  target: Target,
  environment: Environment,
): Promise<Written> {
  const { folder } = placeOf(target);
  const written = render(declaration, target);
  const files = [];
  // A folder's own package.json does as well.
  for (const file of written.files)
    if (file.name !== "package.json" || !(await isThere(join(folder, file.name)))) files.push(file);
  await writeNewFiles(folder, files, HINT);
  const enter = target.format === "syncs" || folder === "." ? [] : [`cd ${shellWord(folder)}`];
  return {
    ...written,
    files: files.map(({ name, text }) => ({ name: join(folder, name), text })),
    next: [...enter, ...written.next],
    ...(target.format !== "terraform" && (await backendPart(folder, environment))),
  };
}

async function backendPart(workDir: string, environment: Environment): Promise<Pick<Written, "backend">> {
  try {
    const source = { stack: "", workDir };
    const url = await backendUrlOf(source, { backendUrl: undefined }, { ...environment });
    return { backend: withoutUser(url) };
  } catch (error) {
    if (error instanceof EngineError) return {};
    throw error;
  }
}

const isThere = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;

function render(declaration: Declaration, { format, place }: Target): Written {
  if (format === "pulumi") return asPulumi(declaration);
  return format === "terraform" ? asTerraform(declaration) : asSyncsYaml(declaration, place ?? "syncs.yaml");
}
