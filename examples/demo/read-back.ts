import { InfisicalSDK } from "@infisical/sdk";
import { PLACE, type Side, type Values } from "./world.ts";

type Secrets = { secretKey: string; secretValue: string }[];

const toValues = (secrets: Secrets): Values =>
  Object.fromEntries(secrets.map(({ secretKey, secretValue }) => [secretKey, secretValue]));

/** Reads a side with nothing but fetch. */
export async function readOverHttp({ url, projectId, clientId, clientSecret }: Side): Promise<Values> {
  const login = await fetch(`${url}/api/v1/auth/universal-auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ clientId, clientSecret }),
  });
  const { accessToken } = (await login.json()) as { accessToken: string };
  const query = new URLSearchParams({ projectId, ...PLACE, expandSecretReferences: "true" });
  const list = await fetch(`${url}/api/v4/secrets?${query}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  if (!list.ok) throw new Error(`Reading ${url} back: ${list.status}`);
  return toValues(((await list.json()) as { secrets: Secrets }).secrets);
}

/** Reads a side with Infisical's own SDK. */
export async function readWithSdk({ url, projectId, clientId, clientSecret }: Side): Promise<Values> {
  const sdk = new InfisicalSDK({ siteUrl: url });
  await sdk.auth().universalAuth.login({ clientId, clientSecret });
  const { secrets } = await sdk.secrets().listSecrets({ projectId, ...PLACE });
  return toValues(secrets);
}

/** What is not as wanted, by key; values are not repeated. */
export function differences(where: string, wanted: Values, found: Values): string[] {
  const keys = new Set([...Object.keys(wanted), ...Object.keys(found)]);
  return [...keys].filter((key) => wanted[key] !== found[key]).map((key) => `${where}: ${key} differs`);
}
