/**
 * A real instance as somebody else uses it: plain requests of the oldest routes that every version still has (data-plane §5,
 * §7.3, §8, §11), below a folder of the tests' own.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Place } from "../../provider/engine/store.ts";
import type { Values } from "../support/world.ts";
import type { LiveSettings } from "./settings.ts";

export interface LiveInstance extends AsyncDisposable {
  readonly settings: LiveSettings;
  /** Whether it is of a version before v4 of secrets. */
  readonly isOld: boolean;
  /** A place below the tests' own folder, which is gone after them. */
  place(path: string): Place;
  makeFolder(place: Place): Promise<void>;
  put(place: Place, values: Values): Promise<void>;
  /** Keys that are not there are passed over. */
  drop(place: Place, keys: readonly string[]): Promise<void>;
  /** The folder's own secrets as they are stored; none for a folder that is not there. */
  read(place: Place): Promise<Values>;
  /** Secrets of `from` are imported by `place`. */
  addImport(place: Place, from: Place): Promise<void>;
}

type Row = Record<string, unknown>;

const loginAnswer = z.object({ accessToken: z.string() });
const listAnswer = z.object({
  secrets: z.array(z.object({ secretKey: z.string(), secretValue: z.string(), type: z.string() })),
});

/** A folder's name that nobody else has. */
export const ownName = () => `external-infisical-test-${randomUUID().slice(0, 8)}`;

/** Logs in, and makes the tests' own folder. */
export async function openInstance(settings: LiveSettings, name = ownName()): Promise<LiveInstance> {
  const { URL: origin, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = settings;
  const { PROJECT_ID: projectId, ENVIRONMENT: environment } = settings;
  let token: string | undefined;

  async function send(method: string, path: string, body?: Row) {
    const answer = await fetch(origin + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  }
  async function must(method: string, path: string, body?: Row): Promise<unknown> {
    const { status, text } = await send(method, path, body);
    if (status === 200) return JSON.parse(text);
    throw new Error(`${method} ${origin}${path.split("?")[0]}: ${status} ${text.slice(0, 200)}`);
  }

  const login = await must("POST", "/api/v1/auth/universal-auth/login", { clientId, clientSecret });
  token = loginAnswer.parse(login).accessToken;

  const project = { workspaceId: projectId, environment };
  const where = ({ secretPath }: Place) => ({ ...project, secretPath });
  const makeFolder = async (secretPath: string) => {
    const cut = secretPath.lastIndexOf("/");
    const folder = { name: secretPath.slice(cut + 1), path: secretPath.slice(0, cut) || "/" };
    await must("POST", "/api/v1/folders", { ...project, ...folder });
  };
  const read = async (place: Place) => {
    const query = new URLSearchParams({
      ...where(place),
      expandSecretReferences: "false",
      include_imports: "false",
    });
    const { status, text } = await send("GET", `/api/v3/secrets/raw?${query}`);
    if (status === 404) return {};
    if (status !== 200) throw new Error(`Cannot list ${place.secretPath} at ${origin}: ${status} ${text}`);
    const { secrets } = listAnswer.parse(JSON.parse(text));
    return Object.fromEntries(secrets.map(({ secretKey, secretValue }) => [secretKey, secretValue]));
  };
  const batch = (method: string, place: Place, secrets: Row[]) =>
    must(method, "/api/v3/secrets/batch/raw", { ...where(place), secrets });

  await makeFolder(`/${name}`);
  return {
    settings,
    isOld: (await send("GET", "/api/v4/secrets")).text.includes("Route GET:/api/v4/secrets not found"),
    place: (path) => ({ origin, projectId, environment, secretPath: `/${name}${path}` }),
    makeFolder: ({ secretPath }) => makeFolder(secretPath),
    read,
    async put(place, values) {
      const there = new Set(Object.keys(await read(place)));
      const rows = Object.entries(values).map(([secretKey, secretValue]) => ({ secretKey, secretValue }));
      const [old, made] = [
        rows.filter(({ secretKey }) => there.has(secretKey)),
        rows.filter(({ secretKey }) => !there.has(secretKey)),
      ];
      if (made.length > 0) await batch("POST", place, made);
      if (old.length > 0) await batch("PATCH", place, old);
    },
    async drop(place, keys) {
      const there = new Set(Object.keys(await read(place)));
      const rows = [...new Set(keys)].filter((key) => there.has(key)).map((secretKey) => ({ secretKey }));
      if (rows.length > 0) await batch("DELETE", place, rows);
    },
    async addImport(place, from) {
      const imported = { environment, path: from.secretPath };
      const body = { ...project, path: place.secretPath, import: imported };
      await must("POST", "/api/v1/secret-imports", body);
    },
    async [Symbol.asyncDispose]() {
      await must("DELETE", `/api/v1/folders/${name}`, { ...project, path: "/" });
    },
  };
}
