/** The stored state of a stack, opened: resources with their secrets in clear, and the way to save them. */
import { type Deployment, EngineError } from "../../engine.ts";
import { parseUrn } from "../../urn.ts";
import type { StackFiles } from "./backend.ts";
import type { StoredDeployment } from "./checkpoint.ts";
import { magicOf, type PendingOperation, parseDeployment, type ResourceState, saltOf } from "./deployment.ts";
import type { Crypter } from "./passphrase.ts";
import { createSealer, type Sealer } from "./sealing.ts";
import type { Persist } from "./snapshot.ts";

export interface StateFile {
  readonly resources: ResourceState[];
  readonly pending: PendingOperation[];
  readonly persist: Persist;
  /** The whole deployment, its resources as `show` gives them. */
  toDeployment(show: (resource: ResourceState) => ResourceState): object;
}

/** What wrote the state; the CLI shows it as "version used". */
const WRITER = "local engine";

export function createStateFile(
  files: StackFiles,
  stored: StoredDeployment | undefined,
  crypter: Crypter,
): StateFile {
  const sealer = createSealer(crypter);
  const {
    resources: _,
    pending_operations: __,
    manifest: ___,
    secrets_providers: ____,
    ...rest
  } = stored?.deployment ?? {};
  const manifest = () => ({ time: new Date().toISOString(), magic: magicOf(WRITER), version: WRITER });
  const secretsProviders = { type: "passphrase", state: { salt: crypter.salt } };
  const resources = (stored?.deployment.resources ?? []).map(sealer.open);
  const pending = openPending(stored?.deployment.pending_operations ?? [], sealer);
  // A resource that has not changed since the last save is not written out again.
  const texts = new WeakMap<ResourceState, Buffer>();
  const textOf = (resource: ResourceState): Buffer => {
    const text = texts.get(resource) ?? Buffer.from(JSON.stringify(sealer.seal(resource)));
    texts.set(resource, text);
    return text;
  };
  return {
    resources,
    pending,
    async persist(resources, pending) {
      const lists = [
        list(
          "resources",
          resources.map((resource) => [textOf(resource)]),
        ),
        list(
          "pending_operations",
          pending.map(({ resource, type }) => [
            Buffer.from(`{"resource":`),
            textOf(resource),
            Buffer.from(`,"type":${JSON.stringify(type)}}`),
          ]),
        ),
      ];
      const head = JSON.stringify({ manifest: manifest(), secrets_providers: secretsProviders }).slice(0, -1);
      const tail = JSON.stringify({ metadata: {}, ...rest }).slice(1);
      await files.write([Buffer.from(head), ...lists.flat(), Buffer.from(`,${tail}`)]);
    },
    toDeployment: (show) => ({
      manifest: stored?.deployment.manifest ?? manifest(),
      secrets_providers: secretsProviders,
      ...(resources.length > 0 && { resources: resources.map(show) }),
      ...(pending.length > 0 && {
        pending_operations: pending.map(({ resource, type }) => ({ resource: show(resource), type })),
      }),
      metadata: {},
      ...rest,
    }),
  };
}

/** A property of a deployment, with the comma before it; none where the list is empty. */
function list(name: string, elements: readonly Buffer[][]): Buffer[] {
  if (elements.length === 0) return [];
  const [comma, end] = [Buffer.from(","), Buffer.from("]")];
  const all = elements.flatMap((element, index) => (index === 0 ? element : [comma, ...element]));
  return [Buffer.from(`,"${name}":[`), ...all, end];
}

/** Reads a deployment from elsewhere; `crypterOf` is asked for only if it holds encrypted secrets. */
export async function importResources(
  { version, deployment: data }: Deployment,
  project: string,
  stack: string,
  crypterOf: (salt: string) => Promise<Crypter>,
): Promise<{ resources: ResourceState[]; pending: PendingOperation[] }> {
  const deployment = parseDeployment(version, data);
  const resources = deployment.resources ?? [];
  for (const { urn } of resources) {
    const found = parseUrn(urn);
    if (found.project === project && found.stack === stack) continue;
    throw new EngineError(
      "invalid-state",
      `The state to import is of the stack ${found.project}/${found.stack}, not of ${project}/${stack}.`,
    );
  }
  const salt = JSON.stringify(data).includes('"ciphertext"') ? saltOf(deployment) : undefined;
  const sealer = salt === undefined ? createSealer(REFUSING) : createSealer(await crypterOf(salt));
  return {
    resources: resources.map(sealer.open),
    pending: openPending(deployment.pending_operations ?? [], sealer),
  };
}

/** For states whose secrets are in clear. */
const REFUSING: Crypter = {
  salt: "",
  encrypt: (text) => text,
  decrypt() {
    throw new EngineError(
      "invalid-state",
      "The state to import has encrypted secrets, but does not say by what.",
    );
  },
};

function openPending(operations: readonly PendingOperation[], { open }: Sealer): PendingOperation[] {
  return operations.map(({ resource, type }) => ({ resource: open(resource), type }));
}
