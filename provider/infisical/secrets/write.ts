import type { EncodedWrite, WrittenSecret } from "../../engine/store.ts";
import { BridgeError, hasCode, isRefusal } from "../../errors.ts";
import { refusalError } from "../http/answer.ts";
import { confidentialIn, withoutValue } from "../http/encode.ts";
import type { Answer, Refusal } from "../http/exchange.ts";
import { explainRefusal, folderExists, folderNotFound } from "./diagnose.ts";
import { batch, CURRENT, type Generation, OLDER, placeText } from "./endpoints.ts";
import { listPlace } from "./list.ts";
import type { BatchResult } from "./rows.ts";
import { generationOf, isRouteMissing, type Target } from "./target.ts";
import { tryUpdate } from "./without-effect.ts";

/** One upsert; two requests, for what is there and what is not, on instances that cannot upsert. */
export async function writeSecrets(
  target: Target,
  secrets: readonly EncodedWrite[],
): Promise<WrittenSecret[]> {
  if (secrets.length === 0) return [];
  return naming(secrets, () => upsertOrSplit(target, secrets));
}

async function upsertOrSplit(target: Target, secrets: readonly EncodedWrite[]): Promise<WrittenSecret[]> {
  const { call, missing } = target.client;
  if (missing.has("batch-v4") || missing.has("upsert")) return writeSplit(target, secrets);
  let answer = await call(upsert(target, secrets));
  if (isNotFound(answer)) {
    if (!(await folderExists(target))) throw folderNotFound(target);
    if (await lacksModes(target)) {
      missing.add("upsert");
      return writeSplit(target, secrets);
    }
    // The folder may have been made between the two, by a sync into one beneath.
    answer = await call(upsert(target, secrets));
    if (isNotFound(answer)) throw notThere(target, answer.refusal);
  }
  if (answer.kind === "ok") {
    const written = readWritten(target, answer.value);
    const left = missingFrom(written, secrets);
    // An instance that does not know `mode` may skip what it does not have.
    return left.length === 0 ? written : thenAlso(written, send(target, "POST", left));
  }
  if (isRouteMissing(answer)) {
    missing.add("batch-v4");
    return writeSplit(target, secrets);
  }
  throw await explainRefusal(target, answer, "write");
}

type Refused = Extract<Answer<unknown>, { kind: "refused" }>;

/** Something that a request names is not there, as against the route itself. */
const isNotFound = (answer: Answer<unknown>): answer is Refused =>
  answer.kind === "refused" && answer.refusal.status === 404 && !answer.refusal.isRouteMissing;

/**
 * Whether an update of a key that is nowhere is not found, in a folder that is there, although its mode says to leave out what
 * is missing (data-plane §10.3): that the instance knows no modes is remembered, and what else is not found proves nothing of it.
 */
const lacksModes = async (target: Target) => isNotFound(await tryUpdate(target));

const notThere = ({ argumentNames }: Target, refusal: Refusal) =>
  refusalError(refusal, "secret-not-found", {
    because: "one of them is not there any more.",
    path: argumentNames.secretPath,
    hint: "Somebody else has changed the folder meanwhile: look again.",
  });

/**
 * One upsert of secrets that name their folder each (data-plane §10.3): all are written, or none.
 *
 * @returns undefined where the instance has no upsert, or refuses this one: by folders it says at what
 */
export async function upsertAcross(
  target: Target,
  secrets: readonly EncodedWrite[],
): Promise<WrittenSecret[] | undefined> {
  const { missing } = target.client;
  if (missing.has("batch-v4") || missing.has("upsert")) return undefined;
  const answer = await target.client.call(upsert(target, secrets));
  if (answer.kind === "ok") return readWritten(target, answer.value);
  if (isRouteMissing(answer)) missing.add("batch-v4");
  // By folders, a refusal would be taken for one of all that was sent.
  else if (answer.kind === "refused" && answer.refusal.isAfterDoubt)
    throw await explainRefusal(target, answer, "write");
  return undefined;
}

/** Versions of 2024 fail at keys that every plain object seems to have (data-plane §20). */
async function naming<T>(secrets: readonly EncodedWrite[], write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const odd = secrets.map(({ key }) => key).filter((key) => Reflect.has(Object.prototype, key));
    if (odd.length === 0 || !hasCode(error, "server-error") || !(error instanceof BridgeError)) throw error;
    throw new BridgeError(error.code, error.message, {
      path: error.path,
      hint: `Versions of 2024 fail at keys that JavaScript's objects have: rename ${odd.join(", ")} at the source.`,
      cause: error,
    });
  }
}

/**
 * Writes to what is there only: an upsert would bring a key back that somebody has just deleted. Versions of 2024 take no
 * item without a value (data-plane §20).
 */
export const annotateSecrets = (target: Target, secrets: readonly EncodedWrite[]) =>
  send(target, "PATCH", secrets, (api) => (api === CURRENT ? secrets.map(withoutValue) : secrets));

/** Deletes all keys, or none. */
export async function removeSecrets(target: Target, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const items = keys.map((secretKey) => JSON.stringify({ secretKey, type: "shared" }));
  const answer = await callBatch(target, (api) =>
    batch(api, target.place, { method: "DELETE", items, what: "delete secrets of" }),
  );
  if (answer.kind === "ok") {
    refuseApproval(target, answer.value);
    return;
  }
  if (answer.kind === "refused" && answer.refusal.status === 404) {
    if (!(await folderExists(target))) throw folderNotFound(target);
    throw refusalError(answer.refusal, "secret-not-found", {
      because: "one of them is not there (any more), and so none was deleted.",
      path: target.argumentNames.secretPath,
      hint: "Somebody else has changed the folder meanwhile: look again.",
    });
  }
  throw await explainRefusal(target, answer, "write");
}

function upsert(target: Target, secrets: readonly EncodedWrite[]) {
  return batch(CURRENT, target.place, { method: "PATCH", mode: "upsert", ...payload(secrets) });
}

function payload(secrets: readonly EncodedWrite[]) {
  return {
    items: secrets.map(({ body }) => body.reveal()),
    what: `write ${secrets.length} secrets to`,
    confidential: () => secrets.flatMap(confidentialIn),
  };
}

/** Creates come first: they are what may be refused, by the key rules, before anything is written. */
async function writeSplit(target: Target, secrets: readonly EncodedWrite[]): Promise<WrittenSecret[]> {
  const created = await send(
    target,
    "POST",
    secrets.filter(({ exists }) => !exists),
  );
  const rest = secrets.filter(({ exists }) => exists);
  return thenAlso(created, send(target, "PATCH", rest));
}

/** What a second request writes, too; its refusal is not one of the whole. */
async function thenAlso(
  written: readonly WrittenSecret[],
  request: Promise<WrittenSecret[]>,
): Promise<WrittenSecret[]> {
  try {
    return [...written, ...(await request)];
  } catch (error) {
    if (written.length === 0 || !isRefusal(error) || !(error instanceof BridgeError)) throw error;
    const { code, path, hint, message } = error;
    const first = `${written.length} of the secrets were written, the others were not`;
    throw new BridgeError(code === "pending-approval" ? "partial-apply" : code, `${message} ${first}.`, {
      path,
      hint,
      cause: error,
    });
  }
}

async function send(
  target: Target,
  method: "POST" | "PATCH",
  secrets: readonly EncodedWrite[],
  inFormOf: (api: Generation) => readonly EncodedWrite[] = () => secrets,
): Promise<WrittenSecret[]> {
  if (secrets.length === 0) return [];
  const { missing } = target.client;
  const sendApart = async (groups: readonly EncodedWrite[][]) => {
    let written: WrittenSecret[] = [];
    for (const group of groups) {
      const keys = new Set(group.map(({ key }) => key));
      const its = (api: Generation) => inFormOf(api).filter(({ key }) => keys.has(key));
      written = await thenAlso(written, send(target, method, group, its));
    }
    return written;
  };
  const known = missing.has("repeated-tags") ? apart(secrets) : [];
  if (known.length > 1) return sendApart(known);
  const answer = await callBatch(target, (api) =>
    batch(api, target.place, { method, ...payload(inFormOf(api)) }),
  );
  if (answer.kind === "ok") {
    const written = readWritten(target, answer.value);
    return method === "POST" ? thenUpdated(target, written, secrets) : written;
  }
  if (isNotFound(answer) && (await folderExists(target))) {
    const groups = apart(secrets);
    // Apart, some of them would be written although another is gone.
    if (groups.length < 2 || (method === "PATCH" && (await lacksOne(target, secrets))))
      throw notThere(target, answer.refusal);
    missing.add("repeated-tags");
    return sendApart(groups);
  }
  throw await explainRefusal(target, answer, "write");
}

async function lacksOne(target: Target, secrets: readonly EncodedWrite[]): Promise<boolean> {
  const listing = await listPlace(target, { values: false, expand: false, imports: false });
  const there = new Set(listing.secrets.map(({ key }) => key));
  return secrets.some(({ key }) => !there.has(key.trim()));
}

/** The secrets in groups in which no tag is twice: versions of 2024 find a tag that two of a request have once, and refuse. */
function apart(secrets: readonly EncodedWrite[]): EncodedWrite[][] {
  const groups: { tags: Set<string>; items: EncodedWrite[] }[] = [];
  for (const secret of secrets) {
    const { tagIds = [] } = JSON.parse(secret.body.reveal()) as { tagIds?: string[] };
    const free = groups.find(({ tags }) => !tagIds.some((id) => tags.has(id)));
    const group = free ?? { tags: new Set(), items: [] };
    if (!free) groups.push(group);
    for (const id of tagIds) group.tags.add(id);
    group.items.push(secret);
  }
  return groups.map(({ items }) => items);
}

/** What has just been made, with that of it which only an update takes (data-plane §10.3). */
async function thenUpdated(
  target: Target,
  made: readonly WrittenSecret[],
  secrets: readonly EncodedWrite[],
): Promise<WrittenSecret[]> {
  const open = secrets.filter(({ needsUpdate }) => needsUpdate);
  if (open.length === 0) return [...made];
  const left = new Set(open.map(({ key }) => key.trim()));
  const done = made.filter(({ key }) => !left.has(key));
  const isNew = new Set(made.filter(({ version }) => version === 1).map(({ id }) => id));
  const written = await thenAlso(done, annotateSecrets(target, open));
  return written.map((secret) => (isNew.has(secret.id) ? { ...secret, isNew: true } : secret));
}

/** By the batch route that the instance has; that it has none is a refusal like others. */
export async function callBatch(
  target: Target,
  call: (api: Generation) => ReturnType<typeof batch>,
): Promise<Answer<BatchResult>> {
  const { client } = target;
  const api = generationOf(target, "batch-v4");
  const answer = await client.call(call(api));
  if (api === OLDER || !isRouteMissing(answer)) return answer;
  client.missing.add("batch-v4");
  return client.call(call(OLDER));
}

function readWritten(target: Target, result: BatchResult): WrittenSecret[] {
  const rows = refuseApproval(target, result);
  return rows.map(({ secretKey, id, _id, version }) => ({ key: secretKey, id: id ?? _id ?? "", version }));
}

/** A change that waits for a review has not happened (data-plane §13). */
function refuseApproval({ place, argumentNames }: Target, result: BatchResult) {
  if ("secrets" in result) return result.secrets;
  const { slug } = result.approval;
  throw new BridgeError(
    "pending-approval",
    `The change to ${placeText(place)} waits for approval${slug == null ? "" : ` (request ${slug})`}, and has not happened yet.`,
    {
      path: argumentNames.secretPath,
      hint: "A change policy covers this folder: approve the request there and run again, or exempt the identity.",
    },
  );
}

function missingFrom(written: readonly WrittenSecret[], secrets: readonly EncodedWrite[]): EncodedWrite[] {
  if (written.length >= secrets.length) return [];
  const keys = new Set(written.map(({ key }) => key));
  return secrets.filter(({ key, exists }) => !exists && !keys.has(key.trim()));
}
