import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseEngine } from "./choose-engine.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "external-infisical-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const source = (backendUrl?: string) => ({
  stack: "dev",
  workDir: home,
  projectName: "demo",
  program: async () => {},
  ...(backendUrl !== undefined && { backendUrl }),
});

/** A program that only tells its version. */
async function fakeCli(folder: string, version: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "pulumi"), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  return folder;
}

const environment = (path = "") => ({ PATH: path, PULUMI_HOME: home });

describe("the engine", () => {
  it("is the Pulumi CLI where there is one on PATH", async () => {
    const PATH = await fakeCli(join(home, "bin"), "v3.260.0");
    const { engine, reason } = await chooseEngine(source(), { environment: environment(PATH), home });
    expect(engine.kind).toBe("pulumi");
    expect(reason).toBe("Engine: Pulumi CLI v3.260.0 (found on PATH)");
  });

  it("is the Pulumi CLI where its installer puts it", async () => {
    await fakeCli(join(home, ".pulumi", "bin"), "v3.250.1");
    const { reason } = await chooseEngine(source(), { environment: environment(), home });
    expect(reason).toBe("Engine: Pulumi CLI v3.250.1 (found in ~/.pulumi/bin)");
  });

  it("is the local engine for state in files without a CLI", async () => {
    const chosen = await chooseEngine(source("file:///tmp/x"), { environment: environment(), home });
    expect(chosen.engine.kind).toBe("local");
    expect(chosen.reason).toMatch(/^Engine: local v\S+ \(no Pulumi CLI found\)$/);
  });

  it("is what was asked for", async () => {
    const PATH = await fakeCli(join(home, "bin"), "v3.260.0");
    const chosen = await chooseEngine(source(), { engine: "local", environment: environment(PATH), home });
    expect(chosen.engine.kind).toBe("local");
  });

  it("is none for another backend without a CLI", async () => {
    const asked = chooseEngine(source("s3://bucket"), { environment: environment(), home });
    await expect(asked).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("s3://bucket"),
    });
  });

  it("is none if the CLI is asked for and missing, or too old", async () => {
    const asked = () => chooseEngine(source(), { engine: "pulumi", environment: environment(), home });
    await expect(asked()).rejects.toMatchObject({ code: "unsupported" });
    await fakeCli(join(home, ".pulumi", "bin"), "v3.100.0");
    await expect(asked()).rejects.toThrow("is Pulumi 3.100.0, which is not one this works with");
  });
});
