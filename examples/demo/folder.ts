import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Credentials, World } from "./world.ts";

/** A copy of an example, or a syncs.yaml, with state and settings of its own, so that nothing of the user's is read or written. */
export interface Folder extends AsyncDisposable {
  path: string;
  environment: Record<string, string>;
  /** Options that set the stack's configuration; the values of secrets come from the environment. */
  configuration: string[];
}

const require = createRequire(import.meta.url);
const packageOf = (name: string) => dirname(require.resolve(`${name}/package.json`));

export async function makeFolder(
  { source, destination }: World,
  { identity, ...what }: { identity: Credentials } & ({ example: string } | { syncsYaml: string }),
): Promise<Folder> {
  const base = await mkdtemp(join(tmpdir(), "external-infisical-demo-"));
  const path = join(base, "example" in what ? what.example : "syncs");
  for (const folder of [join(base, "state"), join(base, "home"), path]) await mkdir(folder);
  if ("example" in what) await copyExample(what.example, path);
  else await writeFile(join(path, "syncs.yaml"), what.syncsYaml);
  return {
    path,
    environment: {
      PULUMI_BACKEND_URL: pathToFileURL(join(base, "state")).href,
      PULUMI_HOME: join(base, "home"),
      PULUMI_CONFIG_PASSPHRASE: "only for the demo",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      INFISICAL_HOST: source.url,
      INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: identity.clientId,
      INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: identity.clientSecret,
      machineIdentityClientSecret: destination.clientSecret,
      STANDBY_SECRET: destination.clientSecret,
    },
    configuration: [
      ...["-c", `projectId=${source.projectId}`],
      ...["-c", `instanceUrl=${destination.url}`],
      ...["-c", `destinationProjectId=${destination.projectId}`],
      ...["-c", `machineIdentityClientId=${destination.clientId}`],
      ...["--secret-config", "machineIdentityClientSecret"],
    ],
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}

async function copyExample(example: string, path: string): Promise<void> {
  await cp(fileURLToPath(new URL(`../${example}`, import.meta.url)), path, { recursive: true });
  await mkdir(join(path, "node_modules/@pulumi"), { recursive: true });
  for (const name of ["external-infisical", "@pulumi/pulumi"])
    await symlink(packageOf(name), join(path, "node_modules", name), "junction");
  await writeFile(join(path, "package.json"), JSON.stringify({ type: "module", private: true }));
}
