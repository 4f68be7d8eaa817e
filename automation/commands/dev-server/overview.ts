/** What a user of the servers has to know, as data and as text. */
import type { InfisicalServer } from "external-infisical/testing";
import { connectionSecretVariable } from "../../../provider/resources/config.ts";
import { EngineError } from "../../engines/engine.ts";
import type { DevServerOptions } from "./options.ts";
import { SEEDED_ROLES } from "./seed.ts";

export interface Overview {
  instances: Instance[];
  /** The version that they answer as; absent for the newest. */
  profile?: Profile;
  /** Absent where nothing is kept. */
  dataDir?: string;
}

type Profile = Exclude<DevServerOptions["profile"], "newest">;

interface Instance {
  url: string;
  organizationId: string;
  projects: { id: string; slug: string }[];
  identities: SeededIdentity[];
}

interface SeededIdentity {
  role: (typeof SEEDED_ROLES)[number];
  identityId: string;
  clientId: string;
  clientSecret: string;
}

export const describeInstance = ({ url, organizationId, seeded }: InfisicalServer): Instance => ({
  url,
  organizationId,
  projects: seeded.projects,
  identities: seeded.identities.slice(-SEEDED_ROLES.length).map((identity, index) => {
    const role = SEEDED_ROLES[index];
    if (!role) throw new EngineError("engine-failed", "More identities than roles were seeded");
    return { role, ...identity };
  }),
});

const ORDINALS = ["First", "Second"];

export function overviewText({ instances, profile, dataDir }: Overview): string {
  const [first, second] = instances;
  return [
    "Infisical-compatible test servers: for trying things out, not for real secrets.",
    ...(profile === undefined ? [] : [`They answer as the product did in ${profile}.`]),
    ...instances.flatMap((one, index) => ["", ...instanceLines(one, `${ORDINALS[index]} instance`)]),
    ...(first ? ["", ...loginLines(first)] : []),
    ...(first && second ? ["", ...syncLines(first, second)] : []),
    "",
    dataDir === undefined
      ? "Nothing is kept (see --data-dir). Ctrl-C stops."
      : `Everything is kept in ${dataDir}, secrets in clear. Ctrl-C stops.`,
  ].join("\n");
}

function instanceLines({ url, projects, identities }: Instance, title: string): string[] {
  const slugs = projects.map(({ slug }) => slug.length);
  return [
    `${title}: ${url}`,
    ...projects.map(({ id, slug }) => `  project ${slug.padEnd(Math.max(...slugs))}  ${id}`),
    `  ${"identity".padEnd(13)}  ${"client id".padEnd(36)}  client secret`,
    ...identities.map(
      ({ role, clientId, clientSecret }) => `  ${role.padEnd(13)}  ${clientId}  ${clientSecret}`,
    ),
  ];
}

function loginLines(instance: Instance): string[] {
  const { clientId, clientSecret } = memberOf(instance);
  return [
    "Use the first instance as its member, in another terminal:",
    `  export INFISICAL_HOST=${instance.url}`,
    `  export INFISICAL_UNIVERSAL_AUTH_CLIENT_ID=${clientId}`,
    `  export INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET=${clientSecret}`,
    '  curl -s "$INFISICAL_HOST/api/v1/auth/universal-auth/login" \\',
    '    -d "clientId=$INFISICAL_UNIVERSAL_AUTH_CLIENT_ID" \\',
    '    -d "clientSecret=$INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET"',
  ];
}

/** The command `init` writes any form; what it has to ask is left to whoever sits there. */
function syncLines(source: Instance, destination: Instance): string[] {
  const { clientId, clientSecret } = memberOf(destination);
  const flags = {
    "connection-name": "second",
    "destination-url": destination.url,
    "destination-client-id": clientId,
    "source-project-id": source.projects[0]?.id,
    "destination-project-id": destination.projects[0]?.id,
  };
  const given = Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [`    --${flag} ${value}`],
  );
  return [
    "Declare a sync from there to the second instance, in a syncs.yaml (with --format pulumi or --format terraform as a",
    "program or as HCL): the rest is asked, and the first run is shown before anything is written.",
    `  export ${connectionSecretVariable("second")}=${clientSecret}`,
    ["  external-infisical init", ...given].join(" \\\n"),
  ];
}

function memberOf({ identities }: Instance): SeededIdentity {
  const member = identities.find(({ role }) => role === "member");
  if (!member) throw new EngineError("engine-failed", "The data directory is not one of this command");
  return member;
}
