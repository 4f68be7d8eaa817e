/** `fleet export` writes a file that `fleet adopt` of another fleet takes, or gives syncs back to a stack or to Terraform. */
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { EngineError } from "../../engines/engine.ts";
import { writePrivate } from "../../files/private.ts";
import type { ContentOf } from "../../fleet/acts/index.ts";
import { agree, requireConsent } from "../../terminal/consent.ts";
import type { Run } from "../runner.ts";
import { actAction } from "./action.ts";
import { type GivenBack, giveBack } from "./give-back.ts";
import { type ExportOptions, exportOptions } from "./options.ts";
import { performOn } from "./reach.ts";
import { namesText } from "./texts.ts";
import { whoAsks } from "./who.ts";

export const exportSyncs = actAction({
  name: "export",
  options: exportOptions,
  act: (run) => (run.options.out === undefined ? giveBack(run) : writeFile(run, run.options.out)),
  text: ({ declarations, to, next }: ContentOf<"export"> & Partial<GivenBack>) =>
    [
      ...declarations.map(({ project, syncs }) =>
        namesText(
          to === undefined ? "exported, and paused here" : `given to ${to}, and paused here`,
          syncs.map(({ name }) => ({ project, name })),
        ),
      ),
      ...(next === undefined ? [] : ["", next]),
    ].join("\n"),
});

async function writeFile(run: Run<ExportOptions>, out: string): Promise<ContentOf<"export">> {
  const { options, session } = run;
  const { project, yes, cwd = process.cwd() } = options;
  if (run.place !== undefined)
    throw new EngineError("invalid-config", "They go to a file or to a stack, and not to both.", {
      hint: "Leave out --out, or what names the stack.",
    });
  const path = resolve(cwd, out);
  requireConsent("fleet export", yes, session, "Name what is exported, and pass --yes.");
  await using file = await makeFile(path);
  if (!yes)
    await agree(
      `Do you want ${path} to have ${project ?? "all syncs"}, and them to stand still here?`,
      session,
    );
  const content = await performOn(run, "export", { project, by: whoAsks(options) });
  try {
    await file.fill(`${JSON.stringify(content, null, 2)}\n`);
  } catch (cause) {
    throw new EngineError("engine-failed", `${path} cannot be written.`, {
      hint: "The syncs are paused; export them again to another file, or resume them.",
      cause,
    });
  }
  return content;
}

/** Made before anything is paused, and gone again unless it is filled. */
async function makeFile(path: string): Promise<AsyncDisposable & { fill(text: string): Promise<void> }> {
  try {
    await writePrivate(path, "", "wx");
  } catch (cause) {
    throw new EngineError("invalid-config", `${path} cannot be made, or is there already.`, {
      hint: "Name another file; nothing was paused.",
      cause,
    });
  }
  let isFilled = false;
  return {
    async fill(text) {
      await writePrivate(path, text);
      isFilled = true;
    },
    async [Symbol.asyncDispose]() {
      if (!isFilled) await rm(path, { force: true });
    },
  };
}
