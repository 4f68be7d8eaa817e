/** `fleet export` writes a file that `fleet adopt` of another fleet takes. */
import { resolve } from "node:path";
import { EngineError } from "../../engines/engine.ts";
import { writePrivate } from "../../files/private.ts";
import { actAction } from "./action.ts";
import { exportOptions } from "./options.ts";
import { performOn } from "./reach.ts";
import { namesText } from "./texts.ts";
import { whoAsks } from "./who.ts";

export const exportSyncs = actAction({
  name: "export",
  options: exportOptions,
  async act(run) {
    const { project, out, cwd = process.cwd() } = run.options;
    const path = resolve(cwd, out);
    const content = await performOn(run, "export", { project, by: whoAsks(run.options) });
    try {
      await writePrivate(path, `${JSON.stringify(content, null, 2)}\n`, "wx");
    } catch (cause) {
      throw new EngineError("invalid-config", `${path} cannot be written, or is there already.`, {
        hint: "The syncs are paused; export them again to another file, or resume them.",
        cause,
      });
    }
    return content;
  },
  text: ({ declarations }) =>
    declarations
      .map(({ project, syncs }) =>
        namesText(
          "exported, and paused here",
          syncs.map(({ name }) => ({ project, name })),
        ),
      )
      .join("\n"),
});
