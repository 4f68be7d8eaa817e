import type { InfisicalServer } from "../../infisical-server/index.ts";
import { adminOf } from "./admin.ts";

const SYNCS = "/api/v1/secret-syncs/external-infisical";

/** Until faults are cleared, the sync is answered as it is now, with an option on that this version does not know. */
export async function withLaterOption(server: InfisicalServer, id: string): Promise<void> {
  const { secretSync } = await adminOf(server)("GET", `${SYNCS}/${id}`);
  const row = secretSync as { syncOptions: object };
  const later = { ...row, syncOptions: { ...row.syncOptions, laterOption: true } };
  const answer = { kind: "status", status: 200, method: "GET", times: Number.POSITIVE_INFINITY } as const;
  server.fault({ ...answer, path: /\/secret-syncs\/external-infisical\/./, body: { secretSync: later } });
  server.fault({ ...answer, path: /\/secret-syncs\/external-infisical$/, body: { secretSyncs: [later] } });
}
