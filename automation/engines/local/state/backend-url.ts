/** Where the CLI would keep this stack's state. */
import { join } from "node:path";
import { z } from "zod";
import { homeIn } from "../../../files/home.ts";
import type { StackSource } from "../../engine.ts";
import { noBackend } from "../../refusals.ts";
import { readIfPresent } from "./files.ts";
import type { Project } from "./project.ts";

export async function backendUrlOf(
  source: StackSource,
  project: Pick<Project, "backendUrl">,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const url = source.backendUrl ?? (env["PULUMI_BACKEND_URL"] || project.backendUrl || (await loggedIn(env)));
  if (url) return url;
  throw noBackend();
}

const credentialsSchema = z.looseObject({ current: z.string().optional() });

async function loggedIn(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folder = env["PULUMI_CREDENTIALS_PATH"] || env["PULUMI_HOME"] || join(homeIn(env), ".pulumi");
  const text = await readIfPresent(join(folder, "credentials.json"));
  if (text === undefined) return undefined;
  try {
    return credentialsSchema.parse(JSON.parse(text)).current;
  } catch {
    return undefined; // the CLI's own file, and its own business
  }
}
