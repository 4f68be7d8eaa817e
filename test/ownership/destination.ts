/** The destination's metadata, as an admin of that instance sees and writes it. */
import { vi } from "vitest";
import { MARK } from "../../provider/engine/ownership/ownership.ts";
import type { MetadataItem } from "../../provider/engine/store.ts";
import { createStore } from "../../provider/infisical/secrets/store.ts";
import { SecretValue } from "../../provider/secret-value.ts";
import type { Stack } from "../drivers/driver.ts";
import { ARGUMENT_NAMES, clientFor } from "../support/store-subject.ts";
import type { Side } from "../support/world.ts";

export const overwrite = { initialSyncBehavior: "overwrite-destination" };
export const marking = { syncOptions: { ...overwrite, ownershipMark: true } };

export const item = (key: string, value: string, isEncrypted = false): MetadataItem => ({
  key,
  value,
  isEncrypted,
});

/** Key → metadata of all that has some. */
export async function metadataAt(side: Side): Promise<Record<string, readonly MetadataItem[]>> {
  const { secrets } = await storeOf(side).list({ values: true, expand: false, imports: false });
  return Object.fromEntries(secrets.flatMap(({ key, metadata }) => (metadata ? [[key, metadata]] : [])));
}

/** Key → owner, without the host, of all that is marked. */
export async function ownersAt(side: Side): Promise<Record<string, string>> {
  const metadata = Object.entries(await metadataAt(side));
  return Object.fromEntries(
    metadata.flatMap(([key, items]) =>
      items.filter((one) => one.key === MARK).map(({ value }) => [key, value.replace(/ at http.*$/, "")]),
    ),
  );
}

/** Replaces a secret's metadata. */
export async function annotate(side: Side, key: string, ...metadata: MetadataItem[]): Promise<void> {
  const store = storeOf(side);
  await store.annotate([store.encode(key, new SecretValue("stays"), true, { metadata })]);
}

/** A mark of a sync that nobody here has declared. */
export const mark = (
  side: Side,
  key: string,
  owner = "theirs of project p9 prod:/x at https://their.example",
) => annotate(side, key, item(MARK, owner));

function storeOf({ server, projectId, environment, secretPath }: Side) {
  const place = { origin: server.url, projectId, environment, secretPath };
  return createStore(clientFor(server, server.admin), place, ARGUMENT_NAMES);
}

/** The outputs of the sync, as a stack has recorded them. */
export async function recordedIn(stack: Stack, name = "sync"): Promise<Record<string, unknown>> {
  const state = JSON.parse(await stack.state()) as [string, { outputs: Record<string, unknown> }][];
  return state.find(([recorded]) => recorded === name)?.[1].outputs ?? {};
}

/** What is told to the user from now on. */
export function listen(): { told: () => string } & Disposable {
  const lines: string[] = [];
  const spy = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  return { told: () => lines.join("\n"), [Symbol.dispose]: () => spy.mockRestore() };
}
