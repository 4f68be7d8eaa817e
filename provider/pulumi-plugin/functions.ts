/** The functions of the package: looking, without doing. */
import type { z } from "zod";
import { planArgs, projectsArgs } from "../attributes.ts";
import { BridgeError } from "../errors.ts";
import { problemsOf } from "../resources/problems.ts";
import { visibleProjects } from "../resources/projects.ts";
import { omit, pick } from "../resources/properties.ts";
import type { Context, Properties } from "../resources/resource.ts";
import { previewActions } from "../resources/sync/engine/preview.ts";
import { loginInputs, secretSyncInputs } from "../resources/sync/inputs.ts";
import { ownershipOfSource } from "../resources/sync/ownership.ts";
import { TOKENS } from "./schema.ts";

interface PackageFunction {
  /** What a program may give, beside a connection. */
  args: z.ZodObject;
  needsConnection?: true;
  /** @param args with what the connection gives in its place */
  run(args: Properties, context: Context): Promise<Properties>;
}

const known = planArgs.pick({ name: true, knownKeys: true });
const { destinationConfig, syncOptions } = planArgs.shape;
/** Stands where a name must be. */
const NOBODY = "plan";

export const FUNCTIONS: Readonly<Record<string, PackageFunction>> = {
  [TOKENS.getProjects]: {
    args: projectsArgs,
    async run(args, context) {
      const { projectId, includeFolders } = parsed(projectsArgs, args);
      const projects = await visibleProjects(
        {
          viewer: args["connectionId"] === undefined ? undefined : parsed(loginInputs, args),
          projectId,
          folders: includeFolders === true,
        },
        context,
      );
      return { projects };
    },
  },

  [TOKENS.planSync]: {
    args: planArgs.extend({
      destinationConfig: destinationConfig.strict(),
      syncOptions: syncOptions.strict(),
    }),
    needsConnection: true,
    async run(args, context) {
      const { name, knownKeys } = parsed(known, pick(args, Object.keys(known.shape)));
      const inputs = parsed(secretSyncInputs, { ...omit(args, ["knownKeys"]), name: name ?? NOBODY });
      const ownership = name === undefined ? ownershipOfSource(inputs) : undefined;
      const { plan, actions } = await previewActions(inputs, knownKeys, context, ownership);
      return { actions, counts: { mark: 0, ...plan.counts } };
    },
  },
};

/** What is wrong with arguments as a program has written them. */
export function argumentProblems({ args, needsConnection }: PackageFunction, given: Properties): string[] {
  const { error } = args.strict().safeParse(omit(given, ["connection"]));
  const isMissing = needsConnection === true && given["connection"] === undefined;
  return [...(isMissing ? ["connection: is missing"] : []), ...(error ? problemsOf(error.issues) : [])];
}

/** @throws BridgeError with all that is wrong */
function parsed<T>(schema: z.ZodType<T>, args: Properties): T {
  const { data, error } = schema.safeParse(args);
  if (!error) return data;
  throw new BridgeError("invalid-arguments", `Invalid arguments: ${problemsOf(error.issues).join("; ")}.`);
}
