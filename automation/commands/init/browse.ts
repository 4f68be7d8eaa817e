/** What the two identities can see, to choose from. */

import { holdsSecrets } from "../../../provider/engine/store.ts";
import type { HostList } from "../../../provider/hosts.ts";
import type { InfisicalClient } from "../../../provider/infisical/http/client.ts";
import {
  listEnvironments,
  listFolderPaths,
  listProjects,
} from "../../../provider/infisical/secrets/projects.ts";
import { connectionClient, sourceClient } from "../../../provider/resources/clients.ts";
import { readConfig } from "../../../provider/resources/config.ts";
import { universalLogin } from "../../../provider/resources/logins.ts";
import type { Shared } from "../../../provider/resources/process.ts";
import type { Context } from "../../../provider/resources/resource.ts";
import { allowedHosts } from "../../syncs/hosts.ts";
import { flagOf } from "../options.ts";
import type { Choice, Listing, SoFar } from "./questions.ts";

export interface Settings {
  /** Hosts that may be talked to; undefined for all. */
  allowedHosts: HostList | undefined;
  allowInsecureHttp: boolean;
  /** Names the allowed hosts to the clients, too. */
  environment: Context["environment"];
  shared: Shared;
}

/** One instance, logged in. */
export interface Side {
  /** None where the identity may not list what is asked for; it is then typed. */
  list(what: Listing, place: { projectId?: string; environment?: string }): Promise<Choice[]>;
}

/** Where the review looks, and who looks. */
export const contextOf = (answers: SoFar, { allowInsecureHttp, environment, shared }: Settings): Context => ({
  // Nothing of the environment: the answers have what was taken from there.
  config: readConfig(
    {
      host: answers.sourceUrl,
      clientId: answers.sourceClientId,
      clientSecret: answers.sourceClientSecret,
      allowInsecureHttp,
    },
    {},
  ),
  environment,
  log: () => {},
  now: () => new Date(),
  shared,
});

/**
 * Logs in.
 *
 * @throws EngineError `invalid-config` for a host that is not allowed, BridgeError for a refused login
 */
export async function openSide(
  which: "source" | "destination",
  answers: SoFar,
  settings: Settings,
): Promise<Side> {
  const name = `${which}Url` as const;
  allowedHosts(settings.allowedHosts).check([{ url: answers[name] ?? "", what: flagOf(name) }]);
  const client = clientOf(which, answers, settings);
  await client.login();
  const projects = (await listProjects(client))?.filter(holdsSecrets);
  return {
    async list(what, { projectId = "", environment = "" }) {
      if (what === "projects")
        return (projects ?? []).map(({ id, name, slug }) => ({ value: id, text: name, alias: slug }));
      if (what === "environments") {
        const listed = projects?.find(({ id }) => id === projectId)?.environments;
        const environments = listed ?? (await listEnvironments(client, projectId));
        return environments.map(({ slug, name }) => ({ value: slug, ...(name != null && { text: name }) }));
      }
      const paths = await listFolderPaths(client, projectId, environment);
      return paths.map((path) => ({ value: path }));
    },
  };
}

function clientOf(which: "source" | "destination", answers: SoFar, settings: Settings): InfisicalClient {
  const context = contextOf(answers, settings);
  if (which === "source") return sourceClient(context);
  const connection = {
    instanceUrl: answers.destinationUrl ?? "",
    allowInsecureHttp: settings.allowInsecureHttp,
  };
  const login = universalLogin(answers.destinationClientId ?? "", answers.destinationClientSecret ?? "");
  return connectionClient(connection, login, context);
}
