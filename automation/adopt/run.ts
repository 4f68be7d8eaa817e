/** Runs `adopt`. */
import { z } from "zod";
import { ALLOWED_HOSTS, listHosts } from "../../provider/hosts.ts";
import { createControlPlane } from "../../provider/infisical/control-plane/index.ts";
import { readConfig } from "../../provider/resources/config.ts";
import { cancelSession, endSession, sourceClient } from "../../provider/resources/session.ts";
import { closingText } from "../declare/closing.ts";
import { FORMATS } from "../declare/formats.ts";
import { EXIT } from "../exit-codes.ts";
import { errorPart, exitCodeOfFailure } from "../failures.ts";
import { openSession } from "../session.ts";
import { adopt } from "./adopt.ts";

const optionsSchema = z.object({
  format: z.enum(FORMATS).default("syncs"),
  projectId: z.string().min(1),
  name: z.string().min(1),
  allowHost: z.array(z.string()).default([]),
  color: z.enum(["auto", "always", "never"]).default("auto"),
});

/** @returns the exit code */
export async function runAdopt(place: string | undefined, raw: unknown): Promise<number> {
  const options = optionsSchema.parse(raw);
  using session = openSession({ ...options, json: false });
  session.signal.addEventListener("abort", cancelSession);
  try {
    const hosts = listHosts(options.allowHost, process.env[ALLOWED_HOSTS]);
    const environment = { ...process.env, ...(hosts.length > 0 && { [ALLOWED_HOSTS]: hosts.join(",") }) };
    const config = readConfig({}, environment);
    for (const secret of [config.clientSecret, config.token]) if (secret) session.redactor.add(secret);
    const { syncs, connections, written, omitted } = await adopt({
      plane: createControlPlane(sourceClient({ config, environment })),
      source: config,
      projectId: options.projectId,
      project: options.name,
      target: { format: options.format, place },
    });
    const lines = [
      `Found ${some(syncs, "sync")}, ${some(connections, "connection")}.`,
      ...omitted.map((text) => `Left out: ${text}.`),
      "",
      closingText(written),
      "What is as declared is imported as it is: nothing is written at the instance.",
    ];
    session.print(session.redactor.clean(lines.join("\n")));
    return EXIT.done;
  } catch (error) {
    const { message, hint } = session.redactor.cleanAll(errorPart(error));
    session.note(
      `${session.paintNotes("red", "error:")} ${message}${hint === undefined ? "" : `\n  ${hint}`}`,
    );
    return exitCodeOfFailure(error);
  } finally {
    await endSession();
  }
}

const some = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
