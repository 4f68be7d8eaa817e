/** Who holds a stack, where the CLI keeps its state in files: `pulumi` itself tells it only to whoever is refused. */
import { z } from "zod";
import { EngineError, type StackSource } from "../engine.ts";
import { openBackend } from "../local/state/backend.ts";
import { readProject } from "../local/state/project.ts";

const whoami = z.object({ url: z.string().optional() });

/**
 * @param told what `pulumi whoami --json` has answered
 * @returns a line for each lock; undefined for a backend that is not in files, or not in this form
 */
export async function locksOf(
  source: StackSource,
  told: string,
  env: NodeJS.ProcessEnv,
): Promise<string[] | undefined> {
  const { url } = whoami.parse(JSON.parse(told));
  if (!url?.startsWith("file://")) return undefined;
  const { name } = await readProject(source);
  try {
    const backend = await openBackend(url, env, source.workDir);
    return await backend.stack(name, source.stack).locks();
  } catch (error) {
    if (error instanceof EngineError && error.code === "unsupported") return undefined;
    throw error;
  }
}
