/** Infisical Connections and Infisical Syncs of one instance. What is not there is undefined, not an error. */
import { hasCode } from "../../errors.ts";
import { refusalOf } from "../http/answer.ts";
import type { InfisicalClient } from "../http/client.ts";
import type { Call } from "../http/exchange.ts";
import * as endpoints from "./endpoints.ts";
import { refused } from "./refusals.ts";
import type { ConnectionRow, SyncRow } from "./rows.ts";
import { KNOWS_SUBFOLDERS } from "./sync-options.ts";

export type { ConnectionBody, Job, SyncBody, SyncChanges } from "./endpoints.ts";
export { jobWords } from "./job-words.ts";
export type { ConnectionRow, SyncRow } from "./rows.ts";

/** All methods throw a BridgeError: `unsupported` and `forbidden` name the way out of native execution. */
export interface ControlPlane {
  /** Only after looking for the name: one that is there after a lost answer is taken for the one just created. */
  createConnection(body: endpoints.ConnectionBody): Promise<ConnectionRow>;
  updateConnection(row: Named, changes: endpoints.ConnectionChanges): Promise<ConnectionRow>;
  readConnection(id: string): Promise<ConnectionRow | undefined>;
  findConnection(name: string, projectId: string | undefined): Promise<ConnectionRow | undefined>;
  /** All that the identity may see, of the organization and of its projects. */
  listConnections(): Promise<ConnectionRow[]>;
  /** One that is gone already counts as deleted. */
  deleteConnection(row: Named): Promise<void>;
  /** As with connections. */
  createSync(body: endpoints.SyncBody): Promise<SyncRow>;
  /** False of an instance whose syncs are of one folder each; asked for once. Nothing is written. */
  takesSubfolders(): Promise<boolean>;
  updateSync(row: Named, changes: endpoints.SyncChanges): Promise<SyncRow>;
  readSync(id: string): Promise<SyncRow | undefined>;
  findSync(name: string, projectId: string): Promise<SyncRow | undefined>;
  /** All syncs of a project that the identity may see. */
  listSyncs(projectId: string): Promise<SyncRow[]>;
  /** @returns undefined if it was gone already, `busy` while a job of the sync runs */
  deleteSync(row: Named, removeSecrets: boolean): Promise<SyncRow | "busy" | undefined>;
  /** @returns `busy` while another job of the sync runs */
  trigger(row: Named, job: endpoints.Job): Promise<SyncRow | "busy">;
}

interface Named {
  id: string;
  name: string;
}

/** Makes the interface over a client of the source instance; nothing is sent yet. */
export function createControlPlane(client: InfisicalClient): ControlPlane {
  const ask = async <T>(call: Call<T>): Promise<T> => {
    const answer = await client.call(call);
    if (answer.kind === "ok") return answer.value;
    throw refused(refusalOf(answer));
  };
  const look = async <T>(call: Call<T>): Promise<T | undefined> => {
    const answer = await client.call(call);
    if (answer.kind === "ok") return answer.value;
    const refusal = refusalOf(answer);
    if (refusal.status === 404 && !refusal.isRouteMissing) return undefined;
    throw refused(refusal);
  };
  const { readConnection, findConnection, deleteConnection } = endpoints;
  const { readSync, findSync, deleteSync, triggerJob } = endpoints;
  return {
    createConnection: (body) =>
      surely(
        () => ask(endpoints.createConnection(body)),
        () => look(findConnection(body.name, body.projectId)),
      ),
    updateConnection: ({ id, name }, changes) => ask(endpoints.updateConnection(id, name, changes)),
    readConnection: (id) => look(readConnection(id)),
    findConnection: (name, projectId) => look(findConnection(name, projectId)),
    listConnections: () => ask(endpoints.listConnections()),
    async deleteConnection({ id, name }) {
      await look(deleteConnection(id, name));
    },
    createSync: (body) =>
      surely(
        () => ask(endpoints.createSync(body)),
        () => look(findSync(body.name, body.projectId)),
      ),
    takesSubfolders() {
      const option = "includeAllSubFolders";
      const known = client.syncOptions.get(option) ?? trySubfolders(client);
      client.syncOptions.set(option, known);
      known.catch(() => client.syncOptions.delete(option));
      return known;
    },
    updateSync: ({ id, name }, changes) => ask(endpoints.updateSync(id, name, changes)),
    readSync: (id) => look(readSync(id)),
    findSync: (name, projectId) => look(findSync(name, projectId)),
    listSyncs: (projectId) => ask(endpoints.listSyncs(projectId)),
    deleteSync: ({ id, name }, removeSecrets) => unlessBusy(() => look(deleteSync(id, name, removeSecrets))),
    trigger: ({ id, name }, job) => unlessBusy(() => ask(triggerJob(id, name, job))),
  };
}

/** Validation comes first (control-plane §3.4), so that rights do not matter here. */
async function trySubfolders(client: InfisicalClient): Promise<boolean> {
  const answer = await client.call(endpoints.trySubfolders());
  if (answer.kind !== "refused") return false;
  const { refusal } = answer;
  if (refusal.status === 422) return refusal.says(KNOWS_SUBFOLDERS);
  throw refused(refusal);
}

/** Creates; where the answer got lost, looks whether the instance did it. */
async function surely<T>(create: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (!hasCode(error, "unreachable", "timeout", "server-error", "not-infisical")) throw error;
    const found = await find().catch(() => undefined);
    if (found === undefined) throw error;
    return found;
  }
}

/** A running job of the sync holds others off (control-plane §3.7). */
async function unlessBusy<T>(act: () => Promise<T>): Promise<T | "busy"> {
  try {
    return await act();
  } catch (error) {
    if (hasCode(error, "sync-busy")) return "busy";
    throw error;
  }
}
