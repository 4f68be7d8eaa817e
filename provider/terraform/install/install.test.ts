import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { installProvider, PACKAGE } from "./install.ts";
import { programName, THIS_PLATFORM, typeFolders } from "./mirror.ts";

test.each(["package.json", programName("1.2.3", THIS_PLATFORM)])(
  "what %s links to in a mirror stays as it is",
  async (name) => {
    await using place = await makePlace();
    const [folder = ""] = typeFolders(place.mirror).map((type) => join(type, "1.2.3", THIS_PLATFORM));
    await mkdir(folder, { recursive: true });
    await symlink(place.precious, join(folder, name));

    await installProvider(place.program, place.mirror);
    expect(await readFile(place.precious, "utf8")).toBe("precious");
    expect(await readFile(join(folder, "package.json"), "utf8")).toBe(PACKAGE);
    expect(await readFile(join(folder, programName("1.2.3", THIS_PLATFORM)), "utf8")).toBe("program");
    expect((await readdir(folder)).length).toBe(2);
  },
);

test("nothing is put where a folder of the mirror links to", async () => {
  await using place = await makePlace();
  const [type = ""] = typeFolders(place.mirror);
  const elsewhere = join(place.path, "elsewhere");
  await mkdir(elsewhere);
  await mkdir(dirname(type), { recursive: true });
  await symlink(elsewhere, type);

  await expect(installProvider(place.program, place.mirror)).rejects.toThrow(
    `${type} is a symbolic link, and nothing is written through one.`,
  );
  expect(await readdir(elsewhere)).toEqual([]);
});

async function makePlace() {
  const path = await mkdtemp(join(tmpdir(), "external-infisical-"));
  const [file, precious] = [join(path, "program"), join(path, "precious")];
  await writeFile(file, "program");
  await writeFile(precious, "precious");
  const program = { file, version: "1.2.3", platforms: [THIS_PLATFORM], isScript: true };
  const mirror = join(path, "mirror");
  return {
    ...{ path, mirror, precious, program },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
