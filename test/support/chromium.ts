/** A headless Chromium, driven over its DevTools protocol through a pipe. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Readable, Writable } from "node:stream";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The program, if there is one on the PATH. */
export const chromium = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

type Parameters = Record<string, unknown>;
interface Message {
  id?: number;
  method?: string;
  params?: Parameters;
  result?: Parameters;
  error?: { message: string };
}

/** One page of the browser. */
export interface Page extends AsyncDisposable {
  /** Events of the page so far: requests, dialogs, log entries. */
  readonly events: { method: string; params: Parameters }[];
  open(url: string): Promise<void>;
  /** The value of an expression in the page. */
  evaluate<Value>(expression: string): Promise<Value>;
  resize(width: number, height: number, scheme?: "light" | "dark"): Promise<void>;
  /** A PNG of the whole page. */
  screenshot(): Promise<Buffer>;
  /** Loads pages with or without their scripts. */
  allowScripts(isAllowed: boolean): Promise<void>;
}

export async function openPage(program: string): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), "external-infisical-chromium-"));
  const child = spawn(
    program,
    [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--remote-debugging-pipe",
      `--user-data-dir=${profile}`,
    ],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const channel = talk(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const { targetId } = await channel.send("Target.createTarget", { url: "about:blank" });
  const attached = await channel.send("Target.attachToTarget", { targetId, flatten: true });
  const send = (method: string, params: Parameters = {}) =>
    channel.send(method, params, attached["sessionId"] as string);
  for (const domain of ["Page", "Network", "Log", "Runtime"]) await send(`${domain}.enable`);
  return {
    events: channel.events,
    async open(url) {
      const loaded = channel.next("Page.loadEventFired");
      await send("Page.navigate", { url });
      await loaded;
    },
    async evaluate<Value>(expression: string) {
      const { result, exceptionDetails } = await send("Runtime.evaluate", {
        expression,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
      return (result as { value: Value }).value;
    },
    async resize(width, height, scheme = "light") {
      const size = { width, height, deviceScaleFactor: 1, mobile: width < 600 };
      await send("Emulation.setDeviceMetricsOverride", size);
      const features = [{ name: "prefers-color-scheme", value: scheme }];
      await send("Emulation.setEmulatedMedia", { features });
    },
    async screenshot() {
      const { data } = await send("Page.captureScreenshot", { captureBeyondViewport: true });
      return Buffer.from(String(data), "base64");
    },
    async allowScripts(isAllowed) {
      await send("Emulation.setScriptExecutionDisabled", { value: !isAllowed });
    },
    async [Symbol.asyncDispose]() {
      await channel.send("Browser.close").catch(() => {});
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Messages are JSON, with a NUL after each. */
function talk(to: Writable, from: Readable) {
  const events: { method: string; params: Parameters }[] = [];
  const answers = new Map<number, (message: Message) => void>();
  const waiting = new Map<string, () => void>();
  let rest = "";
  let last = 0;
  from.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) receive(JSON.parse(part) as Message);
  });
  // Requests in flight are told by the page's end.
  const end = () => {
    for (const answer of answers.values()) answer({ error: { message: "Chromium has ended" } });
  };
  from.once("close", end);
  to.on("error", end);

  function receive(message: Message): void {
    if (message.id !== undefined) answers.get(message.id)?.(message);
    if (message.method === undefined) return;
    events.push({ method: message.method, params: message.params ?? {} });
    waiting.get(message.method)?.();
  }

  return {
    events,
    next: (method: string) => new Promise<void>((resolve) => waiting.set(method, resolve)),
    send: (method: string, params: Parameters = {}, sessionId?: string) =>
      new Promise<Parameters>((resolve, reject) => {
        const id = ++last;
        answers.set(id, ({ result = {}, error }) => {
          answers.delete(id);
          if (error) reject(new Error(`${method}: ${error.message}`));
          else resolve(result);
        });
        to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      }),
  };
}
