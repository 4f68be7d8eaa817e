/** Pulumi.yaml: what the project is, how its program is run, and the configuration it sets for all stacks. */
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { leadsInside } from "../../../files/inside.ts";
import { EngineError, type StackSource } from "../../engine.ts";
import { readIfPresent } from "./files.ts";
import { unsupported } from "./refusals.ts";

export interface Project {
  name: string;
  /** The folder with Pulumi.yaml. */
  root: string;
  /** Where the stacks' settings are: inside of `root`, or that itself. */
  settingsFolder: string;
  /** The folder that the program runs in, and what there is to run. */
  program: { folder: string; entry: string; useTsNode: boolean; nodeArgs: string[] } | undefined;
  backendUrl: string | undefined;
  config: ProjectConfig;
}
type ProjectConfig = Record<string, z.infer<typeof configEntrySchema>>;

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);
const configEntrySchema = z.union([
  scalarSchema,
  z.array(z.unknown()),
  z.looseObject({
    value: z.unknown().optional(),
    default: z.unknown().optional(),
    secret: z.boolean().optional(),
  }),
]);
const runtimeOptionsSchema = z.looseObject({
  typescript: z.boolean().optional(),
  nodeargs: z.string().optional(),
});
const projectSchema = z.looseObject({
  name: z.string(),
  main: z.string().optional(),
  stackConfigDir: z.string().optional(),
  config: z.union([z.record(z.string(), configEntrySchema), z.string()]).nullish(),
  backend: z.object({ url: z.string().optional() }).nullish(),
  runtime: z.union([
    z.string().transform((name) => ({ name, options: {} as z.infer<typeof runtimeOptionsSchema> })),
    z.object({
      name: z.string(),
      options: runtimeOptionsSchema.nullish().transform((options) => options ?? {}),
    }),
  ]),
});

/** Reads the project of a stack. An inline program may do without Pulumi.yaml. */
export async function readProject(source: StackSource): Promise<Project> {
  const root = resolve(source.workDir);
  const text = await readIfPresent(join(root, "Pulumi.yaml"));
  if (text === undefined) return inlineProject(source, root);
  const parsed = projectSchema.safeParse(parseYaml(text, join(root, "Pulumi.yaml")));
  if (!parsed.success) {
    throw new EngineError("invalid-config", `${join(root, "Pulumi.yaml")}: ${z.prettifyError(parsed.error)}`);
  }
  const { name, main, stackConfigDir, config, backend, runtime } = parsed.data;
  if (source.projectName !== undefined && source.projectName !== name) {
    throw new EngineError(
      "invalid-config",
      `${root} holds the project "${name}", not "${source.projectName}".`,
    );
  }
  if (runtime.name !== "nodejs") {
    throw unsupported(`The project's runtime is "${runtime.name}"; the local engine runs nodejs only.`);
  }
  const settingsFolder = resolve(root, stackConfigDir ?? (typeof config === "string" ? config : "."));
  if (settingsFolder !== root && !leadsInside(root, settingsFolder))
    throw unsupported(
      `${join(root, "Pulumi.yaml")} keeps the stacks' settings in ${settingsFolder}; the local engine writes none outside of the project's folder.`,
      "Name a folder inside, or use the Pulumi CLI for this stack.",
    );
  return {
    name,
    root,
    settingsFolder,
    program: source.program
      ? undefined
      : { ...(await locate(resolve(root, main ?? "."))), ...programOptions(runtime.options) },
    backendUrl: backend?.url,
    config: typeof config === "string" ? {} : (config ?? {}),
  };
}

function inlineProject(source: StackSource, root: string): Project {
  const { projectName: name } = source;
  if (!source.program) {
    throw new EngineError("invalid-config", `There is no Pulumi.yaml in ${root}.`, {
      hint: "Name the folder of a Pulumi project.",
    });
  }
  if (!name) throw new EngineError("invalid-config", "An inline program needs a project name.");
  return { name, root, settingsFolder: root, program: undefined, backendUrl: undefined, config: {} };
}

/** A program named by its file runs in the file's folder, as with the CLI. */
async function locate(main: string): Promise<{ folder: string; entry: string }> {
  const found = await stat(main).catch(() => undefined);
  if (found?.isDirectory()) return { folder: main, entry: "." };
  if (found) return { folder: dirname(main), entry: basename(main) };
  throw new EngineError("invalid-config", `The program ${main} does not exist.`, {
    hint: "See `main` in Pulumi.yaml.",
  });
}

function programOptions(options: z.infer<typeof runtimeOptionsSchema>): {
  useTsNode: boolean;
  nodeArgs: string[];
} {
  return {
    useTsNode: options.typescript ?? true,
    nodeArgs: (options.nodeargs ?? "").split(/\s+/).filter((argument) => argument !== ""),
  };
}

function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new EngineError("invalid-config", `${path} is not valid YAML.`, { cause });
  }
}
