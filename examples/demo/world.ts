import { acceleratedClock, startInfisicalServer } from "external-infisical/testing";

export type Values = Record<string, string>;

export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** One instance with a project, and an identity that may use its secrets. */
export interface Side extends Credentials {
  url: string;
  projectId: string;
  /** An identity that may make connections and syncs too. */
  admin: Credentials;
  put(values: Values): void;
  /** The same in a folder beneath. */
  putIn(folder: string, values: Values): void;
  readIn(folder: string): Values;
  drop(...keys: string[]): void;
  /** Lets the instance tell a URL of changes. */
  sendWebhooks(url: string, secret: string): Promise<void>;
  /** The next write of a batch is taken and never answered. */
  hangWrite(): void;
  hangingWrites(): number;
  /** As stored. */
  read(): Values;
  /** With references resolved, worked out here and not by a server. */
  expanded(): Values;
}

export interface World extends AsyncDisposable {
  source: Side;
  destination: Side;
}

export const PLACE = { environment: "prod", secretPath: "/billing" };

const SOURCE: Values = {
  DATABASE_URL: "postgres://billing:${DB_PASSWORD}@db.internal:5432/billing",
  DB_PASSWORD: "correct-horse-battery",
  FEATURE_FLAGS: '{\n  "newInvoices": true,\n  "maxRetries": 5\n}',
  GREETING: "Grüße aus Zürich 🚀 你好",
  SENTRY_DSN: "",
  STRIPE_API_KEY: "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
  TLS_CERT:
    "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUdemo0123456789\nqrstuvwxyzABCDEF==\n-----END CERTIFICATE-----\n",
};

const DESTINATION: Values = {
  GREETING: "Grüße aus Zürich 🚀 你好",
  LEGACY_TOKEN: "from before the sync",
  STRIPE_API_KEY: "sk_test_placeholder",
};

export async function startWorld(): Promise<World> {
  const [source, destination] = await Promise.all([
    startSide("viewer", SOURCE),
    startSide("member", DESTINATION),
  ]);
  return {
    source,
    destination,
    async [Symbol.asyncDispose]() {
      await Promise.all([source.close(), destination.close()]);
    },
  };
}

/** An instance waits some seconds before it acts on a change; nobody wants to watch that in full. */
const SPEED = 10;

async function startSide(role: "viewer" | "member", values: Values) {
  const server = await startInfisicalServer({ clock: acceleratedClock(SPEED) });
  const { id: projectId } = server.createProject({ name: "Billing" });
  const place = { projectId, ...PLACE };
  server.putSecrets(place, values);
  const read = () => server.readSecrets(place);
  let hanging = 0;
  const below = (folder: string) => ({ ...place, secretPath: `${place.secretPath}/${folder}` });
  return {
    url: server.url,
    projectId,
    admin: server.admin,
    ...server.createIdentity({ memberships: [{ projectId, role }] }),
    put: (more: Values) => server.putSecrets(place, more),
    putIn: (folder: string, more: Values) => server.putSecrets(below(folder), more),
    readIn: (folder: string) => server.readSecrets(below(folder)),
    drop: (...keys: string[]) => server.deleteSecrets(place, keys),
    async sendWebhooks(webhookUrl: string, webhookSecretKey: string) {
      const post = async (path: string, body: object, token = "") => {
        const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
        const answer = await fetch(server.url + path, {
          method: "POST",
          headers,
          body: JSON.stringify(body),
        });
        if (!answer.ok) throw new Error(`${path} answered ${answer.status}.`);
        return (await answer.json()) as { accessToken: string };
      };
      const { clientId, clientSecret } = server.admin;
      const { accessToken } = await post("/api/v1/auth/universal-auth/login", { clientId, clientSecret });
      const webhook = { projectId, environment: PLACE.environment, secretPath: PLACE.secretPath };
      await post("/api/v1/webhooks", { ...webhook, webhookUrl, webhookSecretKey }, accessToken);
    },
    hangWrite: () =>
      server.fault({
        method: "PATCH",
        path: "/api/v4/secrets/batch",
        kind: "run",
        action: () => {
          hanging++;
          return new Promise(() => {});
        },
      }),
    hangingWrites: () => hanging,
    read,
    expanded: () => resolve(read()),
    close: () => server.close(),
  };
}

function resolve(values: Values): Values {
  const expand = (text: string) => text.replace(/\$\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
  return Object.fromEntries(Object.entries(values).map(([key, text]) => [key, expand(text)]));
}
