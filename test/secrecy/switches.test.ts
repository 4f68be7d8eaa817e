/**
 * Everything at its most verbose: what the switches of Node, gRPC, Pulumi and Terraform show of a run. SECURITY.md has a
 * table of them; where another program tells a credential by its own design, it is held to what stands there.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cliEnvironment, runCli } from "../../automation/engines/pulumi-cli/process.ts";
import { createPulumiEngine } from "../../automation/engines/pulumi-cli/pulumi-engine.ts";
import { connectionInputs, providerConfiguration, syncArguments } from "../support/arguments.ts";
import { makeFolder } from "../support/command-folder.ts";
import { ENGINES } from "../support/engines.ts";
import { fixture } from "../support/node.ts";
import { cli } from "../support/pulumi-cli.ts";
import { QUICK_PASSPHRASE } from "../support/quick-passphrase.mjs";
import { bin, runCommand } from "../support/run-command.ts";
import { makeStackFolder } from "../support/stack-folder.ts";
import { syncsYaml } from "../support/syncs-yaml.ts";
import { makeTerraformFolder, THOROUGH_ONLY, TOOLS } from "../support/terraform/cli.ts";
import { configurationFile } from "../support/terraform/configuration.ts";
import { isThorough } from "../support/thorough.ts";
import { startWorld, type World } from "../support/world.ts";
import { processesAreHidden } from "./machine.ts";
import { plantValues } from "./planted.ts";
import { leaksIn } from "./search.ts";
import { inFiles, secretFiles } from "./secret-files.ts";
import { RUN, watchMachine } from "./watch-machine.ts";

/** Shows nothing of ours, wherever it is set. */
const VERBOSE = {
  NODE_DEBUG: "http,https,http2,net,tls,undici,fetch",
  GRPC_TRACE: "all",
  GRPC_VERBOSITY: "DEBUG",
  GRPC_GO_LOG_VERBOSITY_LEVEL: "99",
  GRPC_GO_LOG_SEVERITY_LEVEL: "info",
  DEBUG: "*",
  PULUMI_DEBUG_COMMANDS: "true",
  TF_LOG: "TRACE",
};

const EVERYTHING = `${VERBOSE.NODE_DEBUG},stream`;

/** A source to be pushed over a destination, with values that must not be seen. */
async function plantWorld() {
  // Terraform gives its plugins a certificate, which begins like any other PEM text.
  const [{ pem: _here, ...here }, { pem: _there, ...there }] = [plantValues(), plantValues()];
  const world = await startWorld({
    source: { PASSWORD: here.password, QUOTED: here.quoted, URL: `https://\${PASSWORD}@${here.encoded}` },
    destination: { PASSWORD: there.password, FOREIGN: there.unicode },
  });
  return { world, leaks: (text: string) => [here, there].flatMap((planted) => leaksIn(text, planted)) };
}

const credentialsOf = ({ source, destination }: World) => ({
  "source's client secret": source.clientSecret,
  "destination's client secret": destination.clientSecret,
});

describe.skipIf(!existsSync(bin)).each(ENGINES)("the command, engine $title", ({ engine, isPlayed }) => {
  it.skipIf(!isPlayed)(
    "shows no secret at its most verbose (needs npm run build)",
    async () => {
      const { world, leaks } = await plantWorld();
      await using _closing = world;
      await using folder = await makeFolder(inFiles(syncsYaml(world)));
      for (const [name, text] of Object.entries(secretFiles(world)))
        await writeFile(join(folder.path, name), text);
      const passphrase = `${QUICK_PASSPHRASE} ${randomUUID()}`;
      const run = async (nodeDebug: string, ...args: string[]) => {
        const { code, stdout, stderr } = await runCommand(world, folder.path, [...args, "--engine", engine], {
          SOURCE_SECRET: "",
          DR_SECRET: "",
          PULUMI_CONFIG_PASSPHRASE: passphrase,
          ...VERBOSE,
          NODE_DEBUG: nodeDebug,
        });
        expect(code, stderr.slice(-2000)).toBe(0);
        return stdout + stderr;
      };
      const credentials = { ...credentialsOf(world), passphrase };
      // With the CLI, Node's log of streams has the CLI's events, and in these Pulumi's SDK tells the connection.
      const isTold = engine === "pulumi";
      const shown = await run(isTold ? VERBOSE.NODE_DEBUG : EVERYTHING, "up", "--yes", "--skip-preview");
      expect(world.destination.read()).toHaveProperty("QUOTED");
      expect(shown, "Node's log").toMatch(/^(?:NET|HTTP2|UNDICI|STREAM) \d+: /m);
      expect([...leaks(shown), ...leaksIn(shown, credentials)]).toEqual([]);
      if (!isThorough) return;
      const again = await run(EVERYTHING, "up", "--yes", "--skip-preview");
      expect(leaks(again)).toEqual([]);
      const told = Object.entries(credentials).filter(([, secret]) => again.includes(secret));
      expect(told.map(([name]) => name)).toEqual(isTold ? ["destination's client secret"] : []);
      const gone = await run(VERBOSE.NODE_DEBUG, "destroy", "--yes");
      expect([...leaks(gone), ...leaksIn(gone, credentials)]).toEqual([]);
    },
    240_000,
  );
});

const whyNoCli = !cli ? "no pulumi on the PATH" : isThorough ? undefined : "npm run test:all";

it.skipIf(whyNoCli !== undefined)(
  `pulumi -v=9 tells both client secrets, and no value${whyNoCli === undefined ? "" : ` (${whyNoCli})`}`,
  async () => {
    if (!cli) return;
    const { world, leaks } = await plantWorld();
    await using _closing = world;
    await using folder = await makeStackFolder(fixture("scenario-stack"));
    const grpcLog = join(folder.path, "grpc.json");
    const envVars = { ...folder.envVars, PULUMI_BACKEND_URL: folder.backendUrl };
    await createPulumiEngine(cli).openStack({
      stack: "test",
      workDir: folder.path,
      backendUrl: folder.backendUrl,
      envVars,
      config: providerConfiguration(world),
    });
    await folder.write("program.json", {
      connection: connectionInputs(world),
      resourceName: "sync",
      sync: syncArguments(world, {}),
    });
    const { stdout, stderr } = await runCli(
      cli.command,
      ["up", "--yes", "--skip-preview", "--stack", "test", "-v=9", "--logtostderr", "--logflow"],
      {
        cwd: folder.path,
        env: cliEnvironment(cli.command, process.env, envVars, VERBOSE, { PULUMI_DEBUG_GRPC: grpcLog }),
      },
    );
    const shown = stdout + stderr;
    const grpc = await readFile(grpcLog, "utf8");
    expect(world.destination.read()).toHaveProperty("QUOTED");
    expect(shown).toContain("PASSWORD");
    expect(grpc).toContain("PASSWORD");
    expect(leaks(shown + grpc)).toEqual([]);
    // What SECURITY.md tells of them. A CLI that hides these one day is welcome to fail here.
    for (const text of [shown, grpc])
      for (const [name, secret] of Object.entries(credentialsOf(world)))
        expect(text.includes(secret), name).toBe(true);
  },
  240_000,
);

describe.each(TOOLS)("$title", ({ tool, unavailable }) => {
  const why = unavailable ?? (isThorough ? processesAreHidden : THOROUGH_ONLY);

  it.skipIf(why !== undefined)(
    `shows no secret at its most verbose, nor does the provider's process${why === undefined ? "" : ` (${why})`}`,
    async () => {
      const { world, leaks } = await plantWorld();
      await using _closing = world;
      await using folder = await makeTerraformFolder(tool);
      const { source } = world;
      // As users do: the source's credential is in the environment, the destination's in the configuration.
      const configuration = JSON.parse(configurationFile(world, {}));
      delete configuration.provider.externalinfisical.client_secret;
      await writeFile(join(folder.path, "main.tf.json"), JSON.stringify(configuration));
      const given = { INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: source.clientSecret };
      const run = randomUUID();
      const temporary = join(folder.path, "tmp");
      await mkdir(temporary);
      const { DEBUG: _none, ...verbose } = VERBOSE;
      Object.assign(folder.environment, verbose, given, {
        NODE_DEBUG: EVERYTHING,
        [RUN]: run,
        TMPDIR: temporary,
        NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache"),
      });
      const seen = watchMachine(world, { run, temporary, given });
      await folder.run("apply", "-auto-approve", "-input=false", "-no-color");
      await folder.run("destroy", "-auto-approve", "-input=false", "-no-color");

      const shown = folder.printed.join("\n");
      expect(shown).toContain("ApplyResourceChange");
      expect(shown, "Node's log").toMatch(/(?:NET|HTTP2|UNDICI|STREAM) \d+: /);
      const processes = [...seen.processes].join("\n");
      expect(processes).toContain("terraform-provider-externalinfisical");
      const everything = [shown, processes, ...seen.openFiles].join("\n");
      expect(leaks(everything)).toEqual([]);
      expect(leaksIn(everything, credentialsOf(world))).toEqual([]);
      // What the user himself has put there, all children have: so they were looked at.
      expect([...seen.environments].join()).toContain(source.clientSecret);
    },
    240_000,
  );
});
