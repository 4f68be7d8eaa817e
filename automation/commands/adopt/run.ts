/** Runs `adopt`. */
import { ALLOWED_HOSTS, allowingHosts, listHosts } from "../../../provider/hosts.ts";
import { createControlPlane } from "../../../provider/infisical/control-plane/index.ts";
import { sourceClient } from "../../../provider/resources/clients.ts";
import { readConfig } from "../../../provider/resources/config.ts";
import { createShared, type Shared } from "../../../provider/resources/process.ts";
import { openSession, type Session } from "../../terminal/session.ts";
import { conclude } from "../declare/conclude.ts";
import { type Adopted, adopt } from "./adopt.ts";
import { type AdoptOptions, adoptOptions } from "./options.ts";

/** @returns the exit code */
export async function runAdopt(place: string | undefined, raw: unknown): Promise<number> {
  const options = adoptOptions.parse(raw);
  using session = openSession(options);
  await using shared = createShared();
  session.signal.addEventListener("abort", shared.cancel);
  return await conclude("adopt", options, session, async () => {
    const adopted = await declare(place, options, session, shared);
    if (!options.json) session.print(session.redactor.clean(foundText(adopted)));
    return adopted;
  });
}

function declare(
  place: string | undefined,
  options: AdoptOptions,
  { redactor }: Session,
  shared: Shared,
): Promise<Adopted> {
  const { env } = process;
  const hosts = listHosts(options.allowHost, env[ALLOWED_HOSTS]);
  const environment = { ...env, ...allowingHosts(hosts) };
  const config = readConfig({}, environment);
  for (const secret of [config.clientSecret, config.token]) if (secret) redactor.add(secret);
  return adopt({
    plane: createControlPlane(sourceClient({ config, environment, shared })),
    source: config,
    projectId: options.projectId,
    project: options.name,
    target: { format: options.format, place },
  });
}

function foundText({ declaration: { syncs, connections }, omitted }: Adopted): string {
  const lines = [
    `Found ${some(syncs.length, "sync")}, ${some(connections.length, "connection")}.`,
    ...omitted.map((text) => `Left out: ${text}.`),
    "What is as declared will be imported as it is: nothing is written at the instance.",
  ];
  return `${lines.join("\n")}\n\n`;
}

const some = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
