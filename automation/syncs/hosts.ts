/** Which hosts a run may talk to. The list comes from outside the reviewed files. */
import {
  ALLOWED_HOSTS,
  ALLOWED_HOSTS_FORMAT,
  allowedText,
  type HostList,
  hostOf,
} from "../../provider/hosts.ts";
import { instanceUrl } from "../../provider/schema.ts";
import { EngineError } from "../engines/engine.ts";
import type { SyncsFile } from "./read.ts";

export interface AllowedHosts {
  /** @throws EngineError `invalid-config` naming every URL that is not allowed */
  check(urls: readonly { url: string; what: string }[]): void;
}

/**
 * @param hosts undefined allows all
 * @throws EngineError `invalid-config` for an entry that is no host
 */
export function allowedHosts(hosts: HostList | undefined): AllowedHosts {
  if (!hosts) return { check: () => {} };
  if (hosts.unreadable.length > 0) {
    const told = hosts.unreadable.map((entry) => `"${entry}"`).join(", ");
    throw new EngineError("invalid-config", `Not a host name: ${told}.`, { hint: ALLOWED_HOSTS_FORMAT });
  }
  return {
    check(urls) {
      const refused = urls.filter(({ url }) => !hosts.allows(url));
      if (refused.length === 0) return;
      const told = refused.map(({ url, what }) => `${what}: ${hostOf(url)}`);
      throw new EngineError("invalid-config", ["These hosts are not allowed:", ...told].join("\n  "), {
        hint: `Allowed: ${allowedText(hosts)}. See --allow-host and ${ALLOWED_HOSTS}.`,
      });
    },
  };
}

const DEFAULT_SOURCE = "https://app.infisical.com";

/**
 * Base URL of the source instance of a file.
 *
 * @param configured what the stack's configuration says
 */
export const sourceHost = (
  file: SyncsFile,
  environment: Readonly<Record<string, string | undefined>>,
  configured?: string,
): string => {
  const host = file.source?.host ?? configured ?? (environment["INFISICAL_HOST"] || DEFAULT_SOURCE);
  return instanceUrl.safeParse(host).data ?? host;
};

/** The instances that a file's runs talk to. */
export const hostsOf = (file: SyncsFile, source: string): { url: string; what: string }[] => [
  { url: source, what: "source.host" },
  ...[...file.connections].map(([name, { instanceUrl }]) => {
    return { url: instanceUrl, what: `connections.${name}.instanceUrl` };
  }),
];
