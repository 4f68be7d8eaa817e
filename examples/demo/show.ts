import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { styleText } from "node:util";

let steps = 0;

export function step(text: string): void {
  console.log(`\n${styleText("bold", `${++steps}. ${text}`)}`);
}

export function note(text: string): void {
  console.log(`  ${text}`);
}

const require = createRequire(import.meta.url);
/** The command of this package. */
export const program = join(
  dirname(require.resolve("external-infisical/package.json")),
  "dist/automation/bin.js",
);

/** Where a command runs, and what it finds in its environment. */
export interface Place {
  path: string;
  environment: Record<string, string>;
}

/** @param expected the exit code that belongs to the story; by default 0 */
export type Run = (args: readonly string[], place: Place, expected?: number) => Promise<void>;

/** Shows a command of this package and runs it, with its output as it is. */
export const command: Run = async (args, place, expected = 0) => {
  const code = await runShown(
    `external-infisical ${wrapped(args)}`,
    process.execPath,
    [program, ...args],
    place,
  );
  if (code !== expected)
    throw new Error(`external-infisical ${args[0]} ended with ${code}, and not with ${expected}.`);
  if (code !== 0) note(`(exit code ${code})`);
};

/** Runs a program with its output as it is, below the line that a user would type. */
export async function runShown(
  line: string,
  file: string,
  args: readonly string[],
  { path, environment }: Place,
): Promise<number | null> {
  console.log(styleText("cyan", `\n$ ${line}`));
  const child = spawn(file, args, {
    cwd: path,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

/** One option with its value on a line, once there are many. */
function wrapped(args: readonly string[]): string {
  const lines: string[] = [];
  for (const arg of args) {
    const isValue = lines.at(-1)?.match(/^--?[\w-]+$/) && !arg.startsWith("-");
    if (isValue) lines.push(`${lines.pop()} ${arg}`);
    else lines.push(arg);
  }
  return lines.length > 5 ? lines.join(" \\\n    ") : lines.join(" ");
}
