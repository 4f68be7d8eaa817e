/** What the servers hold at the beginning. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Role, Seed, seedSchema } from "external-infisical/testing";
import { EngineError } from "../../engines/engine.ts";
import { readYaml, zodProblems } from "../../files/problems.ts";

/** An identity of each is seeded behind those of the file, in this order. */
export const SEEDED_ROLES = ["admin", "member", "viewer", "describe-only"] as const satisfies readonly Role[];

export const FIRST_EXAMPLE: Seed = {
  projects: [
    {
      name: "Billing",
      slug: "billing",
      secrets: {
        dev: { "/billing": { DB_URL: "postgres://localhost:5432/billing", LOG_LEVEL: "debug" } },
        prod: {
          "/billing": {
            DB_HOST: "db.internal",
            DB_PASSWORD: "example-password",
            DB_URL: "postgres://billing:${DB_PASSWORD}@${DB_HOST}:5432/billing",
            STRIPE_API_KEY: "sk_test_example",
          },
        },
      },
    },
  ],
};

export const SECOND_EXAMPLE: Seed = {
  projects: [{ name: "Billing DR", slug: "billing-dr", folders: { prod: ["/billing"] } }],
};

/** @throws EngineError `invalid-config` with all problems, each with line and path */
export async function readSeed(file: string, schema: typeof seedSchema): Promise<Seed> {
  const yaml = readYaml(await read(file), file);
  const parsed = schema.safeParse(yaml.value);
  return parsed.success ? parsed.data : yaml.fail(zodProblems(parsed.error));
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError("invalid-config", `Cannot read the seed file ${file}: ${reason}`, { cause });
  }
}

/** Adds the seeded identities, members of every project of the seed. */
export function withIdentities(seed: Seed): Seed {
  // Memberships name projects, and what has neither id nor slug has no name yet.
  const projects = (seed.projects ?? []).map((one) => ({ ...one, id: one.id ?? randomUUID() }));
  const identities = SEEDED_ROLES.map((role) => ({
    name: role,
    orgRole: role === "admin" ? ("admin" as const) : ("member" as const),
    memberships: projects.map(({ id }) => ({ project: id, role })),
  }));
  return { ...seed, projects, identities: [...(seed.identities ?? []), ...identities] };
}
