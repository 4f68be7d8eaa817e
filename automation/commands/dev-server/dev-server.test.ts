/** The built command in a child process, as a user runs it. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { InfisicalSDK } from "@infisical/sdk";
import { startInfisicalServer } from "external-infisical/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../../test/support/node.ts";
import type { Overview } from "./overview.ts";

const bin = join(root, "dist", "automation", "bin.js");

describe.skipIf(!existsSync(bin))("external-infisical dev-server (needs npm run build)", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = (...args: string[]) => spawn(process.execPath, args, { cwd: folder });
  const devServer = (...args: string[]) => run(bin, "dev-server", ...args);

  it("starts, keeps everything in its directory, and stops when told", async () => {
    const place = async ({ instances: [first] }: Overview) => {
      const [project] = first?.projects ?? [];
      const member = first?.identities.find(({ role }) => role === "member");
      if (!first || !project || !member) throw new Error("There is no first instance");
      const sdk = new InfisicalSDK({ siteUrl: first.url });
      await sdk.auth().universalAuth.login(member);
      return {
        secrets: sdk.secrets(),
        where: { projectId: project.id, environment: "prod", secretPath: "/billing" },
      };
    };
    const args = ["--port", "0", "--second-port", "0", "--json", "--data-dir", "data"];

    await using before = await started(devServer(...args));
    const first = await place(before.overview);
    expect(before.overview.instances).toHaveLength(2);
    await first.secrets.createSecret("NEW", { ...first.where, secretValue: "kept" });
    expect(await before.stop()).toEqual({ code: 0, stderr: "Stopped (SIGTERM).\n" });

    await using after = await started(devServer(...args));
    const second = await place(after.overview);
    expect(second.where).toEqual(first.where);
    const identities = ({ instances }: Overview) => instances.map((one) => one.identities);
    expect(identities(after.overview)).toEqual(identities(before.overview));
    expect(await second.secrets.getSecret({ ...second.where, secretName: "NEW" })).toMatchObject({
      secretValue: "kept",
    });
  });

  it("answers as the version does that is named", async () => {
    await using server = await started(devServer("--port", "0", "--json", "--profile", "2024-10"));
    expect(server.overview.profile).toBe("2024-10");
    const { url = "" } = server.overview.instances[0] ?? {};
    expect(await (await fetch(`${url}/api/v4/secrets`)).json()).toMatchObject({ error: "Not Found" });
    expect((await fetch(`${url}/api/v3/secrets/raw`)).status).toBe(401);
    expect(await server.stop()).toMatchObject({ code: 0 });
  });

  it("says in one line that a port is taken; and it alone loads the web framework", async () => {
    const spy = `import { registerHooks } from "node:module";
      registerHooks({ load: (url, context, next) => (/fastify/.test(url) && console.log("loads", url), next(url, context)) });`;
    const spied = async (...args: string[]) => {
      const child = run("--import", `data:text/javascript,${encodeURIComponent(spy)}`, bin, ...args);
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close"),
      ]);
      return { stdout, stderr, code };
    };
    await using server = await startInfisicalServer();
    const { port } = new URL(server.url);
    expect(await spied("dev-server", "--port", port)).toEqual({
      code: 1,
      stderr: `error: Port ${port} is taken: choose another one with --port.\n`,
      stdout: expect.stringContaining("loads"),
    });
    expect((await spied("preview", "nowhere")).stdout).toBe("");
  });
});

async function started(child: ChildProcessWithoutNullStreams) {
  const closed = once(child, "close");
  const stderr = text(child.stderr);
  let output = "";
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    output += chunk;
    if (output.trimEnd().endsWith("\n}")) break;
  }
  return {
    overview: JSON.parse(output || `{"error": ${JSON.stringify(await stderr)}}`) as Overview,
    async stop() {
      child.kill("SIGTERM");
      const [code] = await closed;
      return { code, stderr: await stderr };
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
