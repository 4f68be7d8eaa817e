/** A preview looks at every sync, whatever is wrong with others (needs npm run build: providers have a process of their own). */
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { bin } from "../../../test/support/run-command.ts";
import { runInProcess } from "../../../test/support/run-in-process.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { startWorld } from "../../../test/support/world.ts";
import { documentSchema } from "../../report/json.ts";

it.skipIf(!existsSync(bin))(
  "a preview tells what is wrong with each sync, and what the others would do",
  { timeout: 60_000 },
  async () => {
    await using world = await startWorld({ source: { A: "1" } });
    const { projectId } = world.destination;
    const [head = "", app = ""] = syncsYaml(world).split("syncs:\n");
    const to = (name: string, project = projectId, wave = 1) =>
      app
        .replace("  app:", `  ${name}:\n    wave: ${wave}`)
        .replace(/\/app\n(?= {4}syncOptions)/, `/${name}\n`)
        .replace(`projectId: ${projectId}`, `projectId: ${project}`);
    const syncs = [
      to("one", "no-such-project"),
      to("two"),
      to("three", "none-either", 2),
      to("four", projectId, 2),
    ];
    await using folder = await makeFolder(`${head}syncs:\n${syncs.join("")}`);
    const { code, stdout, stderr } = await runInProcess(world, folder.path, ["preview", "--json"]);
    expect(code, stderr).not.toBe(0);
    const { result, resources, diagnostics } = documentSchema.parse(JSON.parse(stdout));
    expect(result).toBe("failed");
    const errors = diagnostics.flatMap(({ severity, urn, message }) =>
      severity === "error" && urn !== undefined ? [`${urn.split("::").at(-1)}: ${message}`] : [],
    );
    expect(errors.sort()).toEqual([
      expect.stringMatching(/^one: .*no-such-project/),
      expect.stringMatching(/^three: .*none-either/),
    ]);
    const planned = resources.flatMap(({ name, sync }) => (sync ? [[name, sync.totals.create]] : []));
    expect(planned).toEqual([
      ["two", 1],
      ["four", 1],
    ]);
    expect(diagnostics.map(({ message }) => message).join("\n")).not.toMatch(/not tried|deleted/);
  },
);
