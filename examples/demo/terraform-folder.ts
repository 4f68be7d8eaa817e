import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Place } from "./show.ts";
import type { Credentials, World } from "./world.ts";

/** A copy of examples/terraform, with settings and state of its own: nothing of the user's is read or written. */
export interface TerraformFolder extends Place, AsyncDisposable {
  /** Where the tool finds the provider. */
  settings: string;
}

const root = dirname(createRequire(import.meta.url).resolve("external-infisical/package.json"));

export async function makeTerraformFolder({ source, destination }: World): Promise<TerraformFolder> {
  const base = await mkdtemp(join(tmpdir(), "external-infisical-demo-"));
  const path = join(base, "terraform");
  await cp(fileURLToPath(new URL("../terraform", import.meta.url)), path, {
    recursive: true,
    // A user who tried the example where it is has left state there.
    filter: (file) => !/\.terraform|\.tfstate|\.tfvars|\.tfplan/.test(file),
  });
  await promisify(execFile)(process.execPath, [
    join(root, "scripts/terraform/build.ts"),
    ...["--out", join(base, "provider")],
  ]);
  const settings = `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(join(base, "provider/mirror"))}
    include = ["external-infisical/*"]
  }
}
`;
  await writeFile(join(base, "demo.tfrc"), settings);
  return {
    path,
    settings,
    environment: {
      // The provider runs on the `node` of the PATH, which may be too old outside of npm scripts.
      PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`,
      TF_CLI_CONFIG_FILE: join(base, "demo.tfrc"),
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
      ...(!process.stdout.isTTY && { TF_CLI_ARGS: "-no-color" }),
      INFISICAL_HOST: source.url,
      ...sourceIdentity(source),
      TF_VAR_instance_url: destination.url,
      TF_VAR_machine_identity_client_id: destination.clientId,
      TF_VAR_machine_identity_client_secret: destination.clientSecret,
      TF_VAR_project_id: source.projectId,
      TF_VAR_destination_project_id: destination.projectId,
    },
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}

/** Who reads the source. */
export const sourceIdentity = ({ clientId, clientSecret }: Credentials) => ({
  INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: clientId,
  INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: clientSecret,
});
