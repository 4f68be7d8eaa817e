/** `adopt` writes the declaration of what an instance has. */
import { ALLOWED_HOSTS, allowingHosts, listHosts } from "../../../provider/hosts.ts";
import { createControlPlane } from "../../../provider/infisical/control-plane/index.ts";
import { sourceClient } from "../../../provider/resources/clients.ts";
import { readConfig } from "../../../provider/resources/config.ts";
import { closingText, documentOf } from "../declare/declared.ts";
import type { DeclaredDocument } from "../declare/document.ts";
import type { Action, Run } from "../runner.ts";
import { type Adopted, adopt as declare } from "./adopt.ts";
import { type AdoptOptions, adoptOptions } from "./options.ts";

export const adopt: Action<AdoptOptions, Adopted, DeclaredDocument> = {
  name: "adopt",
  options: adoptOptions,
  async act(run) {
    const adopted = await declareAll(run);
    run.session.print(run.session.redactor.clean(foundText(adopted)));
    return adopted;
  },
  document: documentOf,
  text: (document, { session }) => session.redactor.clean(closingText(document)),
};

function declareAll({ place, options, session, shared, ...run }: Run<AdoptOptions>): Promise<Adopted> {
  const { redactor } = session;
  const hosts = listHosts(options.allowHost, run.environment[ALLOWED_HOSTS]);
  const environment = { ...run.environment, ...allowingHosts(hosts) };
  const config = readConfig({}, environment);
  const secrets = [
    config.clientSecret,
    config.token,
    config.auth?.universal?.clientSecret,
    config.auth?.token,
  ];
  for (const secret of secrets) if (secret) redactor.add(secret);
  return declare({
    plane: createControlPlane(sourceClient({ config, environment, shared })),
    source: config,
    projectId: options.projectId,
    project: options.name,
    target: { format: options.format, place },
    environment,
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
