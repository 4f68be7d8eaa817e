/** Which hosts a run may talk to. The list comes from outside the reviewed files. */
import { EngineError } from "../engines/engine.ts";

export interface AllowedHosts {
  /** @throws EngineError `invalid-config` naming every URL that is not allowed */
  check(urls: readonly { url: string; what: string }[]): void;
}

/**
 * @param list host names with a port where it is not the usual one, or URLs; undefined or empty allows all
 */
export function allowedHosts(list: readonly string[]): AllowedHosts {
  const allowed = new Set(list.map(hostOf));
  return {
    check(urls) {
      if (allowed.size === 0) return;
      const refused = urls.filter(({ url }) => !allowed.has(hostOf(url)));
      if (refused.length === 0) return;
      const told = refused.map(({ url, what }) => `${what}: ${hostOf(url)}`);
      throw new EngineError("invalid-config", ["These hosts are not allowed:", ...told].join("\n  "), {
        hint: `Allowed are ${[...allowed].join(", ")}. See --allow-host and EXTERNAL_INFISICAL_ALLOWED_HOSTS.`,
      });
    },
  };
}

/** Host names from the options and, comma-separated, from the environment variable. */
export function listHosts(options: readonly string[], variable: string | undefined): string[] {
  return [...options, ...(variable ?? "").split(",")]
    .map((text) => text.trim())
    .filter((text) => text !== "");
}

/** The host of a URL or of a bare host name, with the port unless it is the usual one. */
function hostOf(text: string): string {
  const url = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  try {
    return new URL(url).host.replace(/\.$/, "");
  } catch {
    throw new EngineError("invalid-config", `"${text}" is not a host name.`, {
      hint: "Allowed hosts look like infisical.example.com or infisical.example.com:8443.",
    });
  }
}
