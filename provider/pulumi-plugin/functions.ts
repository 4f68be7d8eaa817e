/** The functions of the package: looking, without doing. */
import { planArgs, projectsArgs } from "../attributes.ts";
import { BridgeError } from "../errors.ts";
import { problemsOf } from "../resources/problems.ts";
import { visibleProjects } from "../resources/projects.ts";
import { omit, pick } from "../resources/properties.ts";
import type { Context, Properties } from "../resources/resource.ts";
import { previewActions } from "../resources/sync/engine/preview.ts";
import { secretSyncInputs } from "../resources/sync/inputs.ts";
import { ownershipOfSource } from "../resources/sync/ownership.ts";
import { TOKENS } from "./schema.ts";

/** @param args with what the connection gives in its place */
export type Call = (args: Properties, context: Context) => Promise<Properties>;

const viewer = secretSyncInputs.pick({
  connectionName: true,
  instanceUrl: true,
  machineIdentityClientId: true,
  machineIdentityClientSecret: true,
  allowInsecureHttp: true,
});
const known = planArgs.pick({ name: true, knownKeys: true });
/** Stands where a name must be. */
const NOBODY = "plan";

export const FUNCTIONS: Readonly<Record<string, Call>> = {
  async [TOKENS.getProjects](args, context) {
    const { projectId, includeFolders } = parsed(projectsArgs, args);
    const projects = await visibleProjects(
      {
        viewer: args["connectionId"] === undefined ? undefined : parsed(viewer, args),
        projectId,
        folders: includeFolders === true,
      },
      context,
    );
    return { projects };
  },

  async [TOKENS.planSync](args, context) {
    const { name, knownKeys } = parsed(known, pick(args, Object.keys(known.shape)));
    const inputs = parsed(secretSyncInputs, { ...omit(args, ["knownKeys"]), name: name ?? NOBODY });
    const ownership = name === undefined ? ownershipOfSource(inputs) : undefined;
    const { plan, actions } = await previewActions(inputs, knownKeys, context, ownership);
    return { actions, counts: { mark: 0, ...plan.counts } };
  },
};

/** @throws BridgeError with all that is wrong */
function parsed<T>(schema: { safeParse(value: unknown): SafeParsed<T> }, args: Properties): T {
  const { data, error } = schema.safeParse(args);
  if (error)
    throw new BridgeError("invalid-arguments", `Invalid arguments: ${problemsOf(error.issues).join("; ")}.`);
  return data as T;
}

type SafeParsed<T> = {
  data?: T | undefined;
  error?: { issues: Parameters<typeof problemsOf>[0] } | undefined;
};
