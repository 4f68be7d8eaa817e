import { type InfisicalServer, startInfisicalServer } from "../infisical-server/index.ts";

/** Values by key name. */
export type Values = Record<string, string>;

export interface WorldOptions {
  /** Where the connection's client secret comes from. Default: its argument. */
  connectionSecret?: "argument" | "configuration";
  source?: Values;
  destination?: Values;
  /** The destination folder exists from the start. Default true. */
  destinationFolder?: boolean;
  /** Role of the source identity. Default `viewer`, which may read values. */
  sourceRole?: "admin" | "member" | "viewer" | "describe-only" | "no-access";
  destinationRole?: "admin" | "member" | "viewer" | "describe-only" | "no-access";
}

/** Two instances with a project each, an identity on either, and what is needed to sync between them. */
export interface World extends AsyncDisposable {
  connectionSecret: "argument" | "configuration";
  source: Side;
  destination: Side;
}

export interface Side {
  server: InfisicalServer;
  projectId: string;
  environment: string;
  secretPath: string;
  clientId: string;
  clientSecret: string;
  put(values: Values): void;
  drop(...keys: string[]): void;
  read(): Values;
}

const PLACE = { environment: "prod", secretPath: "/app" };

/** Starts and seeds both instances; disposing the world closes them. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const [source, destination] = await Promise.all([
    startSide(options.sourceRole ?? "viewer", options.source ?? {}, true),
    startSide(
      options.destinationRole ?? "member",
      options.destination ?? {},
      options.destinationFolder ?? true,
    ),
  ]);
  return {
    connectionSecret: options.connectionSecret ?? "argument",
    source,
    destination,
    async [Symbol.asyncDispose]() {
      await Promise.all([source.server.close(), destination.server.close()]);
    },
  };
}

async function startSide(
  role: NonNullable<WorldOptions["sourceRole"]>,
  values: Values,
  folder: boolean,
): Promise<Side> {
  const server = await startInfisicalServer();
  const { id: projectId } = server.createProject({ name: "Billing" });
  const { clientId, clientSecret } = server.createIdentity({ memberships: [{ projectId, role }] });
  const place = { projectId, ...PLACE };
  if (folder) server.putSecrets(place, values);
  return {
    server,
    ...place,
    clientId,
    clientSecret,
    put: (more) => server.putSecrets(place, more),
    drop: (...keys) => server.deleteSecrets(place, keys),
    read: () => server.readSecrets(place),
  };
}
