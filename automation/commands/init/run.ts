/** Runs `init`. */
import { ALLOWED_HOSTS, allowingHosts, listHosts } from "../../../provider/hosts.ts";
import { createShared } from "../../../provider/resources/process.ts";
import { openSession } from "../../terminal/session.ts";
import { conclude } from "../declare/conclude.ts";
import { init } from "./init.ts";
import { givenIn, initOptions } from "./options.ts";

/** @returns the exit code */
export async function runInit(place: string | undefined, raw: unknown): Promise<number> {
  const options = initOptions.parse(raw);
  using session = openSession(options);
  await using shared = createShared();
  session.signal.addEventListener("abort", shared.cancel);
  return await conclude("init", options, session, async () => {
    const hosts = listHosts(options.allowHost, process.env[ALLOWED_HOSTS]);
    const isAsking = session.isInteractive && !options.nonInteractive;
    return init({
      target: { format: options.format, place },
      given: givenIn(options),
      project: options.project,
      settings: {
        allowedHosts: hosts,
        allowInsecureHttp: options.allowInsecureHttp,
        environment: { ...process.env, ...allowingHosts(hosts) },
        shared,
      },
      isFull: options.diff,
      ...(isAsking && { asking: session }),
      // The document has the review.
      session: options.json ? { ...session, print: () => {} } : session,
    });
  });
}
