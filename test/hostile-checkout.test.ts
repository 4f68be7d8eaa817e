/** What a checkout holds makes no command write or delete files elsewhere; and what only looks writes none at all. */
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeFolder } from "./support/command-folder.ts";
import { THOROUGH_ENGINES } from "./support/engines.ts";
import { root } from "./support/node.ts";
import { runCommand } from "./support/run-command.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { syncsYaml } from "./support/syncs-yaml.ts";
import { isThorough } from "./support/thorough.ts";
import { treeOf } from "./support/tree.ts";
import { startWorld, type World } from "./support/world.ts";

const UP = ["up", "--yes", "--skip-preview"];
const LOOKING = [["preview"], ["status"], ["status", "--offline"], ["drift"], ["doctor"], ["validate"]];

const given = { source: { A: "1" } };

/** Of all tests whose commands are refused: they change nothing. */
let unchanged: World;
beforeAll(async () => {
  unchanged = await startWorld(given);
  return () => unchanged[Symbol.asyncDispose]();
});

/** A checkout beside files of the user's own, of instances that are its own where none are given. */
async function start(of?: World) {
  const world = of ?? (await startWorld(given));
  const base = await makeFolder("");
  const outside = join(base.path, "outside");
  const checkout = join(base.path, "checkout");
  await mkdir(join(outside, "folder"), { recursive: true });
  await mkdir(join(checkout, "home"), { recursive: true });
  await writeFile(join(outside, "file"), "the user's own");
  await writeFile(join(checkout, "syncs.yaml"), syncsYaml(world));
  return {
    world,
    checkout,
    outside,
    run: (...args: string[]) => run(world, checkout, args),
    async plant(at: string, target: string) {
      await mkdir(dirname(join(checkout, at)), { recursive: true });
      await symlink(join(outside, target), join(checkout, at));
    },
    async [Symbol.asyncDispose]() {
      if (!of) await world[Symbol.asyncDispose]();
      await base[Symbol.asyncDispose]();
    },
  };
}

const run = (world: World, folder: string, [command = "", ...args]: readonly string[]) =>
  // `validate` opens no stack, and has no engine.
  runInProcess(world, folder, [command, ...args], command === "validate" ? [] : undefined);

const LINKS: [at: string, target: string][] = [
  [".external-infisical", "folder"],
  [".external-infisical/.gitignore", "file"],
  [".external-infisical/.gitignore", "nowhere"],
  [".external-infisical/demo", "folder"],
  [".external-infisical/demo/Pulumi.yaml", "file"],
  [".external-infisical/demo/Pulumi.dev.yaml", "nowhere"],
  [".external-infisical/demo/node_modules", "folder"],
  [".external-infisical/demo/node_modules/@pulumi", "folder"],
  ["state/.pulumi", "folder"],
  ["state/.pulumi/meta.yaml", "nowhere"],
  ["state/.pulumi/stacks", "folder"],
  ["state/.pulumi/stacks/demo", "folder"],
  ["state/.pulumi/stacks/demo/dev.json", "nowhere"],
  ["state/.pulumi/locks/organization/demo", "folder"],
  ["state/.pulumi/history", "folder"],
];

describe("a symbolic link", () => {
  it.each(LINKS)("at %s to the user's %s is told by up, and not followed", async (at, target) => {
    await using planted = await start(unchanged);
    await planted.plant(at, target);
    const before = await treeOf(planted.outside);
    const refused = await planted.run(...UP);
    expect(refused.code, refused.stdout).toBe(2);
    expect(planted.world.destination.read()).toEqual({});
    expect(refused.stdout + refused.stderr).toContain(`${at} is a symbolic link`);
    expect(await treeOf(planted.outside)).toEqual(before);
  });

  it("is not followed by what only looks, which writes no file at all", async () => {
    await using planted = await start();
    expect((await planted.run(...UP)).code).toBe(0);
    await rm(join(planted.checkout, ".external-infisical"), { recursive: true });
    for (const [at, target] of LINKS.slice(1, 3)) {
      await planted.plant(at, target);
      const before = [await treeOf(planted.checkout), await treeOf(planted.outside)];
      for (const command of LOOKING) {
        const seen = await planted.run(...command);
        expect(seen.code, seen.stderr).toBe(0);
        expect([await treeOf(planted.checkout), await treeOf(planted.outside)]).toEqual(before);
      }
      await rm(join(planted.checkout, ".external-infisical"), { recursive: true });
    }
  });

  it("below the folder that is worked in is followed by no report and no plan file", async () => {
    await using planted = await start(unchanged);
    await planted.plant("review.md", "file");
    await planted.plant("out", "folder");
    const before = await treeOf(planted.outside);
    const key = ["--secret-config", "external-infisical:planKey=a key of these tests"];
    for (const args of [
      ["--report", "markdown=review.md"],
      ["--report", "json=out/review.json"],
      ["--out", "out/plan.json", ...key],
      ["--out", "review.md", ...key],
    ]) {
      const refused = await planted.run("preview", ...args);
      expect(refused.code, refused.stdout).toBe(2);
      expect(refused.stderr).toContain("is a symbolic link");
      expect(await treeOf(planted.outside)).toEqual(before);
    }
  });
});

it("a folder of others in the place of a package stays", async () => {
  await using planted = await start(unchanged);
  const theirs = join(planted.checkout, ".external-infisical/demo/node_modules/external-infisical");
  await mkdir(theirs, { recursive: true });
  await writeFile(join(theirs, "index.js"), "theirs");
  const refused = await planted.run(...UP);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("is in the way of a link") });
  expect(await treeOf(theirs)).toEqual({ [join(theirs, "index.js")]: "theirs" });
});

describe("names", () => {
  it.each(["../../x", "prod/../../x", "feature/foo", "bad name!", "..", "organization/other/dev"])(
    "of stacks such as %s are refused by every command, with what is allowed",
    async (stack) => {
      await using planted = await start(unchanged);
      const before = await treeOf(dirname(planted.checkout));
      for (const command of [UP, ...LOOKING.slice(0, -1), ["refresh", "--yes"], ["cancel", "--yes"]]) {
        const refused = await planted.run(...command, "--stack", stack);
        expect(refused.code, `${command.join(" ")}: ${refused.stderr}`).toBe(2);
        expect(refused.stderr).toMatch(/is no name of a stack|is of another project|there is no stack/);
      }
      expect(await treeOf(dirname(planted.checkout))).toEqual(before);
    },
  );

  it.each(["..", ".", "a/b", "../x"])("of projects such as %s are refused", async (project) => {
    await using planted = await start(unchanged);
    await writeFile(
      join(planted.checkout, "syncs.yaml"),
      syncsYaml(planted.world).replace("project: demo", `project: "${project}"`),
    );
    const before = await treeOf(dirname(planted.checkout));
    for (const command of [UP, ...LOOKING]) {
      const refused = await planted.run(...command);
      expect(refused.code, refused.stderr).toBe(2);
      expect(refused.stdout + refused.stderr).toMatch(/project: must be up to 100 letters/);
    }
    expect(await treeOf(dirname(planted.checkout))).toEqual(before);
  });

  it("with the organization of states in files mean the same stack", async () => {
    await using planted = await start();
    const up = await planted.run(...UP, "--stack", "organization/demo/dev");
    expect(up.code, up.stderr).toBe(0);
    const seen = await planted.run("status", "--json");
    expect(JSON.parse(seen.stdout)).toMatchObject({ stack: "dev", syncs: [{ name: "app" }] });
  });
});

describe("a stack that there is not", () => {
  it("is refused with the names that there are, and is not made", async () => {
    await using planted = await start();
    expect((await planted.run(...UP, "--stack", "prod")).code).toBe(0);
    const before = await treeOf(planted.checkout);
    const acting = ["refresh", "destroy", "cancel", "rollback", "sync"].map((command) => [command, "--yes"]);
    for (const command of [["status"], ["drift"], ...acting]) {
      const refused = await planted.run(...command, "--stack", "prdo");
      expect(refused.code, `${command}: ${refused.stderr}`).toBe(2);
      expect(refused.stderr).toMatch(/There is no stack "prdo" of the project "demo"\.\s+There are: prod\./);
      expect(await treeOf(planted.checkout)).toEqual(before);
    }
  });

  it.each([["status"], ["drift"], ["cancel", "--yes"]])(
    "is refused by %s also where there is no backend",
    async (...command) => {
      await using planted = await start(unchanged);
      const before = await treeOf(planted.checkout);
      const refused = await planted.run(...command);
      expect(refused.code, refused.stderr).toBe(2);
      expect(refused.stderr).toContain("Make it with `external-infisical up`");
      expect(await treeOf(planted.checkout)).toEqual(before);
    },
  );

  it("is previewed as an empty one, and made by up alone", async () => {
    await using planted = await start();
    const before = await treeOf(planted.checkout);
    const first = await planted.run("preview", "--json");
    expect(first.code, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ hasChanges: true, resources: { length: 3 } });
    const examined = await planted.run("doctor");
    expect(examined.code, examined.stderr).toBe(0);
    expect(await treeOf(planted.checkout)).toEqual(before);
    expect((await planted.run(...UP)).code).toBe(0);
    expect(planted.world.destination.read()).toEqual({ A: "1" });
  });

  it("has no drift to tell of when nothing was deployed", async () => {
    await using planted = await start();
    expect((await planted.run(...UP)).code).toBe(0);
    expect((await planted.run("destroy", "--yes")).code).toBe(0);
    const told = await planted.run("drift");
    expect(told).toMatchObject({ code: 2, stderr: expect.stringContaining("has no syncs in its state") });
  });
});

it.each([
  ["fingerprintKey", "a planted key that is well known"],
  ["connectionSecrets", '{"dr":"a planted secret"}'],
])("a planted %s in clear is taken by no command", async (name, value) => {
  await using planted = await start();
  const folder = join(planted.checkout, ".external-infisical/demo");
  await mkdir(folder, { recursive: true });
  const settings = { config: { [`external-infisical:${name}`]: value } };
  await writeFile(join(folder, "Pulumi.dev.yaml"), JSON.stringify(settings));
  for (const command of [["preview"], UP, ["doctor"]]) {
    const refused = await planted.run(...command);
    expect(refused.code, refused.stderr).toBe(2);
    expect(refused.stderr).toMatch(
      new RegExp(`external-infisical:${name} stands there in clear.*--secret`, "s"),
    );
  }
  expect(planted.world.destination.server.requests).toEqual([]);
});

it("a program that fails before it has made anything is told with its own words (in npm run test:all by a preview, too)", async () => {
  await using planted = await start();
  await rm(join(planted.checkout, "syncs.yaml"));
  const project = { name: "demo", runtime: { name: "nodejs", options: { typescript: false } } };
  await writeFile(
    join(planted.checkout, "Pulumi.yaml"),
    JSON.stringify({ ...project, backend: { url: "file://./" } }),
  );
  await writeFile(join(planted.checkout, "index.js"), 'throw new Error("the well is dry");');
  await mkdir(join(planted.checkout, "node_modules/@pulumi"), { recursive: true });
  await symlink(
    join(root, "node_modules/@pulumi/pulumi"),
    join(planted.checkout, "node_modules/@pulumi/pulumi"),
  );
  for (const command of isThorough ? [["preview"], UP] : [UP]) {
    const failed = await planted.run(...command);
    expect(failed.code).toBe(1);
    expect(failed.stdout + failed.stderr).toContain("Error: the well is dry");
  }
});

describe.each(THOROUGH_ENGINES)("engine $title", ({ engine, isPlayed }) => {
  it.skipIf(!isPlayed)(
    "what looks makes no stack and no file, whether there is a backend or not",
    async () => {
      await using planted = await start();
      const runBy = (...args: string[]) =>
        runCommand(planted.world, planted.checkout, [...args, "--engine", engine]);
      const files = async () =>
        Object.keys(await treeOf(planted.checkout)).filter((path) => !path.includes("/home/"));
      for (const hasBackend of [false, true]) {
        if (hasBackend) expect((await runBy(...UP, "--stack", "prod")).code).toBe(0);
        const before = await files();
        const preview = await runBy("preview");
        expect(preview.code, preview.stderr).toBe(0);
        expect(preview.stdout).toMatch(/\+ A {2}\d+@|3 to create/);
        for (const command of ["status", "drift"]) {
          const refused = await runBy(command);
          expect(refused.code, refused.stderr).toBe(2);
          expect(refused.stderr).toContain('There is no stack "dev" of the project "demo"');
          if (hasBackend) expect(refused.stderr).toContain("There are: prod.");
        }
        expect(await files()).toEqual(before);
      }
    },
    240_000,
  );
});
