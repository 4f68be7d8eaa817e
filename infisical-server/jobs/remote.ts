// The calls of one attempt to the remote instance (control-plane §3.13).
import { z } from "zod";
import type { ConnectionCredentials, SecretSync } from "../control-plane/model.ts";
import { RemoteError } from "./remote-error.ts";

export type Values = ReadonlyMap<string, string>;

export interface Remote {
  list(): Promise<Values>;
  create(secrets: Values): Promise<void>;
  update(secrets: Values): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
}

const loginAnswer = z.object({ accessToken: z.string() });
const listAnswer = z.object({
  secrets: z.array(z.object({ secretKey: z.string(), secretValue: z.string() })),
});

/** Logs in with the first call, so an attempt that has nothing to say says nothing; the token is never revoked. */
export function createRemote(
  credentials: ConnectionCredentials,
  { projectId, environment, secretPath }: SecretSync["destinationConfig"],
  signal: AbortSignal,
): Remote {
  const base = credentials.instanceUrl.replace(/\/$/, "");
  const place = { workspaceId: projectId, environment, secretPath };
  let token: string | undefined;

  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    token ??= await login(credentials, signal);
    return request(signal, method, base + path, { token, body });
  };
  // An answer that only announces an approval is taken for done, as everything that is not an error.
  const batch = async (method: string, secrets: readonly object[]): Promise<void> => {
    await call(method, "/api/v3/secrets/batch/raw", { ...place, secrets });
  };

  return {
    async list() {
      const answer = await call("GET", `/api/v3/secrets/raw?${new URLSearchParams(place)}`);
      const { secrets } = read(listAnswer, answer);
      return new Map(secrets.map(({ secretKey, secretValue }) => [secretKey, secretValue]));
    },
    create: (secrets) => batch("POST", items(secrets)),
    update: (secrets) => batch("PATCH", items(secrets)),
    delete: (keys) =>
      batch(
        "DELETE",
        keys.map((secretKey) => ({ secretKey })),
      ),
  };
}

const items = (secrets: Values) =>
  [...secrets].map(([secretKey, secretValue]) => ({ secretKey, secretValue, type: "shared" }));

/** Unlike the other calls, the product's login keeps a trailing slash of the address, and so asks for `//api/…`. */
async function login(credentials: ConnectionCredentials, signal: AbortSignal): Promise<string> {
  const url = `${credentials.instanceUrl}/api/v1/auth/universal-auth/login`;
  const body = {
    clientId: credentials.machineIdentityClientId,
    clientSecret: credentials.machineIdentityClientSecret,
  };
  return read(loginAnswer, await request(signal, "POST", url, { body })).accessToken;
}

async function request(
  signal: AbortSignal,
  method: string,
  url: string,
  { token, body }: { token?: string; body?: object | undefined },
): Promise<unknown> {
  const response = await fetch(url, {
    method,
    signal,
    // Control-plane §2.8: redirects are not followed.
    redirect: "manual",
    headers: {
      ...(body ? { "content-type": "application/json" } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  const answer = parseJson(text);
  if (!response.ok) throw new RemoteError(response.status, answer ?? text);
  return answer;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Not the parser's own words: what arrived may hold secrets, and messages are shown. */
function read<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (!result.success) throw new Error("The remote instance sent an answer of an unknown shape");
  return result.data;
}
