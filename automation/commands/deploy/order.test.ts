import { expect, it } from "vitest";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { commandEnvironment } from "../../../test/support/run-command.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { startWorld } from "../../../test/support/world.ts";
import { preview, renderHtml, renderMarkdown, up, validate } from "../../programs.ts";
import { syncsOf } from "../../report/json.ts";

const NAMES = ["zulu", "alpha", "mike", "bravo"];

it("syncs are told in the order of their file, by validate, previews, updates and reports", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const [head = "", entry = ""] = syncsYaml(world).split("syncs:\n  app:\n");
  const destination = `secretPath: ${world.destination.secretPath}\n`;
  const entries = NAMES.map((name, index) => {
    // The first comes in the last wave.
    const text = entry.replace(
      new RegExp(`(destinationConfig:[^]*)${destination}`),
      `$1secretPath: /${name}\n`,
    );
    return `  ${name}:\n    wave: ${index === 0 ? 2 : 1}\n${text}`;
  });
  await using folder = await makeFolder(`${head}syncs:\n${entries.join("")}`);
  const given = { cwd: folder.path, engine: "local", env: commandEnvironment(world, folder.path) } as const;
  const { syncs, error } = await validate(given);
  expect(
    syncs.map(({ name }) => name),
    error?.message,
  ).toEqual(NAMES);
  for (const run of [preview, up]) {
    const document = await run(given);
    expect(document.error).toBeUndefined();
    expect(syncsOf(document).map(({ name }) => name)).toEqual(NAMES);
    for (const text of [renderMarkdown(document), renderHtml(document)]) {
      const places = NAMES.map((name) => text.indexOf(name));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
  }
});
