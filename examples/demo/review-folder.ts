import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Place } from "./show.ts";
import { PLACE, type World } from "./world.ts";

/** A repository with a syncs.yaml, as a team would have it. */
export interface ReviewFolder extends Place, AsyncDisposable {
  /** Writes the file as it is to be, and shows what changes in it. */
  change(unownedKeys: "keep" | "delete"): Promise<string>;
  read(name: string): Promise<string>;
}

export async function makeReviewFolder(world: World): Promise<ReviewFolder> {
  const base = await mkdtemp(join(tmpdir(), "external-infisical-review-"));
  const path = join(base, "secrets");
  for (const folder of ["home", "secrets"]) await mkdir(join(base, folder));
  const git = (...args: string[]) =>
    promisify(execFile)("git", ["-c", "user.name=demo", "-c", "user.email=demo@example.com", ...args], {
      cwd: path,
    }).catch(() => ({ stdout: "(git was not found)\n" }));
  await git("init", "--quiet", "--initial-branch", "main");
  return {
    path,
    environment: {
      PULUMI_BACKEND_URL: "",
      PULUMI_HOME: join(base, "home"),
      PULUMI_CONFIG_PASSPHRASE: "only for the demo",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      EXTERNAL_INFISICAL_PLAN_KEY: "a key that previews and deployments share",
      EXTERNAL_INFISICAL_FINGERPRINT_KEY: "another key that they share",
      SOURCE_CLIENT_SECRET: world.source.clientSecret,
      DR_CLIENT_SECRET: world.destination.clientSecret,
    },
    async change(unownedKeys) {
      await writeFile(join(path, "syncs.yaml"), syncsYaml(world, unownedKeys));
      const { stdout } = await git("diff", "--unified=1", "--", "syncs.yaml");
      await git("add", "syncs.yaml");
      await git("commit", "--quiet", "--message", `Foreign keys: ${unownedKeys}`);
      return stdout;
    },
    read: (name) => readFile(join(path, name), "utf8"),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}

const syncsYaml = ({ source, destination }: World, unownedKeys: string) => `project: secrets
backend: file://./state
source:
  host: ${source.url}
  clientId: ${source.clientId}
  clientSecret: \${env:SOURCE_CLIENT_SECRET}
connections:
  dr-site:
    instanceUrl: ${destination.url}
    machineIdentityClientId: ${destination.clientId}
    machineIdentityClientSecret: \${env:DR_CLIENT_SECRET}
syncs:
  billing:
    description: Billing at the DR site
    connection: dr-site
    projectId: ${source.projectId}
    environment: ${PLACE.environment}
    secretPath: ${PLACE.secretPath}
    destinationConfig:
      projectId: ${destination.projectId}
      environment: ${PLACE.environment}
      secretPath: ${PLACE.secretPath}
    syncOptions:
      initialSyncBehavior: overwrite-destination
      unownedKeys: ${unownedKeys}
`;
