/** Runs `init`. */
import { z } from "zod";
import { ALLOWED_HOSTS, allowingHosts, listHosts } from "../../../provider/hosts.ts";
import { cancelSession, endSession } from "../../../provider/resources/session.ts";
import { openSession } from "../../terminal/session.ts";
import { conclude } from "../declare/conclude.ts";
import { FORMATS } from "../declare/formats.ts";
import { init } from "./init.ts";
import { answersSchema } from "./questions.ts";

const optionsSchema = z.object({
  format: z.enum(FORMATS).default("syncs"),
  project: z.string().min(1),
  nonInteractive: z.boolean().default(false),
  allowInsecureHttp: z.boolean().default(false),
  allowHost: z.array(z.string()).default([]),
  diff: z.boolean().default(false),
  json: z.boolean().default(false),
  color: z.enum(["auto", "always", "never"]).default("auto"),
});

/** Each answer as text: it is parsed where its flag can be named. */
const givenSchema = z.partialRecord(z.keyof(answersSchema), z.string());

/** @returns the exit code */
export async function runInit(place: string | undefined, raw: unknown): Promise<number> {
  const options = optionsSchema.parse(raw);
  using session = openSession(options);
  session.signal.addEventListener("abort", cancelSession);
  try {
    return await conclude("init", options, session, async () => {
      const hosts = listHosts(options.allowHost, process.env[ALLOWED_HOSTS]);
      const isAsking = session.isInteractive && !options.nonInteractive;
      return init({
        target: { format: options.format, place },
        given: givenSchema.parse(pickAnswers(raw)),
        project: options.project,
        settings: {
          allowedHosts: hosts,
          allowInsecureHttp: options.allowInsecureHttp,
          environment: { ...process.env, ...allowingHosts(hosts) },
        },
        isFull: options.diff,
        ...(isAsking && { asking: session }),
        // The document has the review.
        session: options.json ? { ...session, print: () => {} } : session,
      });
    });
  } finally {
    await endSession();
  }
}

const pickAnswers = (raw: unknown) =>
  Object.fromEntries(Object.entries(raw ?? {}).filter(([name]) => Object.hasOwn(answersSchema.shape, name)));
