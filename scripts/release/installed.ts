/** The package as somebody has it who installs it, beside a version of Pulumi's SDK. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { parseJson } from "../../provider/parse-json.ts";
import { root, run } from "./artefacts.ts";

const { name, version } = manifest;
const SDK = "@pulumi/pulumi";

/** The oldest version of Pulumi's SDK that the package is for, and the newest that is there. */
export async function sdkVersions(): Promise<string[]> {
  const range = manifest.peerDependencies[SDK];
  const found = JSON.parse(await run("npm", ["view", `${SDK}@${range}`, "version", "--json"])) as string[];
  return [range.replace("^", ""), found.at(-1) ?? "none"];
}

/** Installs both into an empty folder, and lets the first steps' program go through its life there. */
export async function tryInstalled(place: string, tarball: string, sdk: string): Promise<void> {
  await cp(join(root, "examples/first-steps"), place, { recursive: true });
  await run("npm", ["install", "--no-audit", "--no-fund", tarball, `${SDK}@${sdk}`], place);
  const command = join(place, "node_modules/.bin", name);
  assert.equal((await run(command, ["--version"], place)).trim(), version);
  const doors = Object.keys(manifest.exports).filter((door) => !/json$|cdkt/.test(door));
  const load = doors.map((door) => `await import(${JSON.stringify(join(name, door))});`).join("\n");
  await run(process.execPath, ["--input-type=module", "-e", load], place);

  const seeds = ["--seed", "source.yaml", "--second-seed", "destination.yaml"];
  const servers = spawn(command, ["dev-server", "--port", "0", "--second-port", "0", "--json", ...seeds], {
    cwd: place,
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    await pointTo(place, await urlsIn(servers.stdout));
    const steps = (act: string) =>
      run("sh", ["-ec", `. ./settings.sh\n${name} ${act} pulumi --engine local`], place);
    assert.match(await steps("preview"), /OLD_TOKEN +delete/);
    await steps("up --yes --skip-preview");
    await steps("preview --detailed-exitcode");
    await steps("destroy --yes --skip-preview");
  } finally {
    servers.kill("SIGTERM");
    await once(servers, "exit");
  }
}

/** The first line of the servers tells where they are. */
async function urlsIn(output: NodeJS.ReadableStream): Promise<string[]> {
  let text = "";
  for await (const chunk of output) {
    text += String(chunk);
    const overview = parseJson(text) as { instances: { url: string }[] } | undefined;
    if (overview) return overview.instances.map(({ url }) => url);
  }
  throw new Error(`The servers ended with ${text}`);
}

async function pointTo(place: string, [source = "", destination = ""]: string[]): Promise<void> {
  for (const file of ["settings.sh", "pulumi/index.ts"]) {
    const text = await readFile(join(place, file), "utf8");
    const changed = text
      .replace("http://127.0.0.1:8090", source)
      .replace("http://127.0.0.1:8091", destination);
    await writeFile(join(place, file), changed);
  }
}
