import { chmod, lstat, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { EngineError } from "../../engines/engine.ts";
import { makePrivateFolder } from "../../files/private.ts";
import type { Fleet } from "../acts/act.ts";
import { ACTS, type ActName, performAsDocument } from "../acts/index.ts";
import { endConnections } from "../end-connections.ts";
import { requireOwnFolder } from "./path.ts";

const isAct = (name: string): name is ActName => Object.hasOwn(ACTS, name);

/**
 * Answers acts of this machine's user. The folder of the socket is the user's alone, and so is the socket.
 *
 * @param graceMs how long answers may take once it closes; a request that is never sent to its end is not waited for
 */
export async function serveActs(fleet: Fleet, path: string, graceMs?: number): Promise<AsyncDisposable> {
  const server = createServer(async (request, response) => {
    const name = /^\/acts\/([a-z]+)$/.exec(request.url ?? "")?.[1] ?? "";
    if (request.method !== "POST" || !isAct(name)) {
      response.writeHead(404).end();
      return;
    }
    const input = await bodyOf(request)
      .then(JSON.parse)
      .catch(() => undefined);
    // Whoever asked has ended in the middle of it, or is none of ours.
    if (input === undefined) {
      response.writeHead(400).end();
      return;
    }
    const document = await performAsDocument(fleet, name, input);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(document));
  });
  if (process.platform !== "win32") {
    await makePrivateFolder(dirname(path));
    await requireOwnFolder(path);
    // Who has the database's lock is alone here: what lies there is of a process that was killed.
    if ((await lstat(path).catch(() => undefined))?.isSocket()) await rm(path);
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(new EngineError("engine-failed", `Cannot listen at ${path}.`, { cause })),
    );
    server.listen(path, resolve);
  });
  if (process.platform !== "win32") await chmod(path, 0o600);
  return {
    async [Symbol.asyncDispose]() {
      endConnections(server, graceMs);
      server.closeIdleConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  request.setEncoding("utf8");
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
