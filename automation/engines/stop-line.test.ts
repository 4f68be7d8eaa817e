import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { followStopLine, STOP_PORT } from "../../provider/pulumi/stop-line.ts";
import { openStopLine } from "./stop-line.ts";

test("a provider process is told to stop when the signal is aborted, before or after it came", async () => {
  const abort = new AbortController();
  await using line = await openStopLine(abort.signal);
  const stopped = [0, 1].map(() => new Promise<void>((resolve) => followStopLine(line.environment, resolve)));
  abort.abort();
  await Promise.all(stopped);
  await new Promise<void>((resolve) => followStopLine(line.environment, resolve));
});

test("a provider process is told to stop when the command is gone", async () => {
  const script = `
    import { createServer } from "node:net";
    createServer(() => process.kill(process.pid, "SIGKILL")).listen(0, "127.0.0.1", function () {
      console.log(this.address().port);
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
  const [port] = await once(child.stdout, "data");
  await new Promise<void>((resolve) => followStopLine({ [STOP_PORT]: String(port).trim() }, resolve));
});

test("without a line, or with one that nobody answers, nothing is stopped", async () => {
  const line = await openStopLine(new AbortController().signal);
  await line[Symbol.asyncDispose]();
  const stop = () => expect.fail("stopped");
  for (const port of [line.environment[STOP_PORT], "", "x", "0", "99999", undefined])
    followStopLine({ [STOP_PORT]: port }, stop);
  expect((await openStopLine(undefined)).environment).toEqual({});
  // What a refused connection has to tell, it tells in the next turns of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
});
