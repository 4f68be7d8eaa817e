import { some } from "../../engine/shortened.ts";
import type { ListedSecret, Listing, ListOptions } from "../../engine/store.ts";
import { treeKey } from "../../engine/tree-key.ts";
import { BridgeError } from "../../errors.ts";
import { SecretValue } from "../../secret-value.ts";
import { HIDDEN_VALUE } from "../http/encode.ts";
import type { KnownListing } from "../http/listing-cache.ts";
import { explainRefusal, folderExists, forbidden, secretsNotServed } from "./diagnose.ts";
import { listSecrets, OLDER, placeText, singleRoute } from "./endpoints.ts";
import type { Looks } from "./looks.ts";
import { readParts } from "./parts.ts";
import type { SecretList, SecretRow } from "./rows.ts";
import { callEither, type Target } from "./target.ts";

interface PlaceOptions extends ListOptions {
  /**
   * With the folders beneath, 20 levels deep; keys are then those of a tree. Of imports, only that there are any is known:
   * the answer names what is imported, and not by which folder (data-plane §20).
   */
  isTree?: boolean;
}

/**
 * What the folder holds, by one request where nothing is amiss, or by a look that others share.
 *
 * A run reads both sides right before it writes, and the destination right after: for it a look will do that begins after it has
 * asked. What is proven there is what a list of its own would tell, so that nothing is written or believed that was doubtful.
 */
export async function listPlace(
  target: Target,
  options: PlaceOptions,
  looks?: Pick<Looks, "proven" | "now">,
): Promise<Listing> {
  const { client, place } = target;
  const { values, expand, imports, isTree = false } = options;
  const query = JSON.stringify([place, values, expand, imports, isTree]);
  const acceptCached = options.acceptCached === true;
  const alone = () =>
    client.listings.get(place.projectId, query, acceptCached, (known) =>
      fetchListing(target, options, known),
    );
  if (!looks || !values || expand) return alone();
  if (!acceptCached) return looks.now(target, alone);
  const isKnown = client.listings.known(query) !== undefined;
  return (isKnown ? undefined : await looks.proven(target)) ?? alone();
}

/** A key in a message; an instance may answer one of any length. */
const LONGEST_SHOWN = 100;

async function fetchListing(
  target: Target,
  options: PlaceOptions,
  known: KnownListing | undefined,
): Promise<KnownListing> {
  const { place } = target;
  const etag = known?.etag;
  const ask = () =>
    callEither(target, "secrets-v4", (api) => ({ ...listSecrets(api, place, options), etag }));
  let answer = await ask();
  if (answer.kind === "refused" && answer.refusal.status === 404) {
    const isThere = await folderExists(target, answer.refusal);
    if (!isThere) return { listing: { folderExists: false, secrets: [], imports: [] }, etag: undefined };
    // It may have been made between the two, by a sync into one beneath.
    answer = await ask();
    if (answer.kind === "refused" && answer.refusal.status === 404)
      throw secretsNotServed(target, answer.refusal);
  }
  if (answer.kind === "unchanged" && known !== undefined) return known;
  if (answer.kind === "refused" && answer.refusal.status === 403) {
    throw forbidden(target, answer.refusal, options.expand ? "expand" : "read");
  }
  if (answer.kind !== "ok") throw await explainRefusal(target, answer, "read");

  const { secrets, imports } = readList(target, answer.value, options);
  if (secrets.length > 0 || imports.length > 0) {
    return { listing: { folderExists: true, secrets, imports }, etag: answer.etag };
  }
  // Some versions answer an unknown folder, or environment, like an empty one (data-plane §9.4), with the
  // same ETag: so the proof is not kept.
  return { listing: { folderExists: await folderExists(target), secrets, imports }, etag: undefined };
}

function readList(
  target: Target,
  list: SecretList,
  { values, imports, isTree = false }: PlaceOptions,
): Omit<Listing, "folderExists"> {
  const keyOf = isTree ? keyInTree : keyInFolder;
  return {
    secrets: readRows(target, list.secrets, { values, keyOf }),
    imports: imports
      ? (list.imports ?? []).map(({ secrets }) => readRows(target, secrets, { values, keyOf: keyAnywhere }))
      : [],
  };
}

/** The shared secrets among the rows of an answer. @throws BridgeError `not-infisical` */
export function readRows(
  target: Target,
  rows: readonly SecretRow[],
  { values, keyOf }: { values: boolean; keyOf: (target: Target, row: SecretRow) => string },
): ListedSecret[] {
  const secrets: ListedSecret[] = [];
  for (const row of rows) {
    // v3 lists a user's own overrides beside the shared secrets (data-plane §11).
    if (row.type === "personal") continue;
    const id = row.id ?? row._id;
    const text = row.secretValue ?? undefined;
    if (id == null || (values && text === undefined)) throw incomplete(target, row);
    // Also where it came without being asked for (data-plane §20).
    const isHidden = !values || row.secretValueHidden === true || text === undefined || isHiddenText(text);
    const value = isHidden ? HIDDEN : new SecretValue(text);
    if (!isHidden) target.client.redactor.add(text);
    const key = keyOf(target, row);
    const secret: ListedSecret = { key, value, id, version: row.version, isHidden };
    const writtenBy = actorText(row.actor);
    // One by one: a list may have tens of thousands of rows, and copies of each cost more than all the rest.
    if (writtenBy !== undefined) secret.writtenBy = writtenBy;
    readParts(row, secret);
    if (row.isRotatedSecret === true) secret.isRotated = true;
    secrets.push(secret);
  }
  if (new Set(secrets.map(({ key }) => key)).size < secrets.length) throw ambiguous(target, secrets);
  return secrets;
}

/** Of an import, whose rows tell of the place that is imported. */
const keyAnywhere = (_target: Target, { secretKey }: SecretRow): string => secretKey;

/** @throws BridgeError `not-infisical` for a row of another place, so far as it tells of one */
export function keyInFolder(target: Target, row: SecretRow): string {
  const folder = folderOf(target, row, row.secretPath ?? target.place.secretPath);
  if (folder !== "") throw elsewhere(target, row);
  return row.secretKey;
}

/** @throws BridgeError `not-infisical` for a row of a folder that is not beneath the one that was asked for */
function keyInTree(target: Target, row: SecretRow): string {
  return treeKey({ folder: folderOf(target, row, row.secretPath ?? ""), name: row.secretKey });
}

/** What answers by another request's answer, as a careless cache does, must not have its keys taken for those of this place. */
function folderOf(target: Target, row: SecretRow, path: string): string {
  const { projectId, environment, secretPath } = target.place;
  const isHere = isToldAs(row.workspace, projectId) && isToldAs(row.environment, environment);
  const folder = isHere ? folderBelow(secretPath, path) : undefined;
  if (folder === undefined) throw elsewhere(target, row);
  return folder;
}

const isToldAs = (told: unknown, expected: string) => typeof told !== "string" || told === expected;

function elsewhere(
  target: Target,
  { secretKey, workspace, environment, secretPath }: SecretRow,
): BridgeError {
  const told = [workspace, environment, secretPath]
    .map((part) => (typeof part === "string" ? short(part) : "?"))
    .join(" ");
  return new BridgeError(
    "not-infisical",
    `Cannot list secrets of ${placeText(target.place)}: "${short(secretKey)}" came as one of another place, ${JSON.stringify(told)}.`,
    {
      path: target.client.argumentNames.url,
      hint: "Check that the URL is that of an Infisical instance, that no proxy on the way answers from a cache of its own, and that it is not an old version without recursive lists.",
    },
  );
}

/** Undefined where it is none. */
function folderBelow(root: string, path: string): string | undefined {
  const above = root === "/" ? "/" : `${root}/`;
  if (path === root || path === above) return "";
  if (!path.startsWith(above)) return undefined;
  const names = path.slice(above.length).split("/");
  return names.some((name) => name === "" || name === "." || name === "..") ? undefined : names.join("/");
}

/**
 * Which of two values is meant could only be guessed. Versions of 2024 let a batch make one key twice, and then find it
 * by no batch any more (data-plane §20).
 */
function ambiguous({ argumentNames, place }: Target, secrets: readonly ListedSecret[]): BridgeError {
  const seen = new Set<string>();
  const doubled = new Set(secrets.flatMap(({ key }) => (seen.size === seen.add(key).size ? [key] : [])));
  const names = some([...doubled].map((key) => `"${short(key)}"`));
  const [count, are] = doubled.size === 1 ? ["1 key is", "it is"] : [`${doubled.size} keys are`, "they are"];
  return new BridgeError(
    "duplicate-keys",
    `Cannot tell the secrets of ${placeText(place)} apart: ${count} there more than once: ${names}.`,
    {
      path: argumentNames.secretPath,
      hint: `Nothing was done. Note the value that is meant, delete each such secret once in the instance's web page or with DELETE ${singleRoute(OLDER, "KEY")}, which removes all of that key, and see that ${are} gone; at a destination the next run then writes anew what the source has.`,
    },
  );
}

const short = (key: string) => (key.length > LONGEST_SHOWN ? `${key.slice(0, LONGEST_SHOWN)}…` : key);

function actorText(actor: unknown): string | undefined {
  if (typeof actor !== "object" || actor === null || !("name" in actor)) return undefined;
  const { name, actorType } = actor as { name: unknown; actorType?: unknown };
  if (typeof name !== "string") return undefined;
  return typeof actorType === "string" ? `${actorType} ${name}` : name;
}

const HIDDEN = new SecretValue(HIDDEN_VALUE);

/** With white space behind it too: a write would trim it to the literal that must never be written. */
const isHiddenText = (text: string) => text.startsWith(HIDDEN_VALUE) && text.trim() === HIDDEN_VALUE;

function incomplete({ client, place }: Target, row: SecretRow): BridgeError {
  return new BridgeError(
    "not-infisical",
    `Cannot list secrets of ${placeText(place)}: "${short(row.secretKey)}" came without id or value.`,
    { path: client.argumentNames.url, hint: "Check that the URL is that of an Infisical instance." },
  );
}
