/** What others can see on the machine where a run takes place: its processes and its files. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const GZIP = 0x1f8b;

/** Why processes cannot be looked at here; undefined where they can. */
export const processesAreHidden =
  process.platform === "linux" ? undefined : `not run: no /proc on ${process.platform}`;

export interface SeenProcess {
  pid: number;
  /** Its command line, one argument a line. */
  args: string;
  environment: Readonly<Record<string, string>>;
}

/** The processes that have a variable with this value, which children inherit. */
export function processesWith(name: string, value: string): SeenProcess[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0)
    .flatMap((pid) => {
      const texts = ["cmdline", "environ"].map((file) => readIfThere(`/proc/${pid}/${file}`));
      const [args = [], variables = []] = texts.map((text) => text.split("\0").slice(0, -1));
      const environment = Object.fromEntries(variables.map(splitAtEqualsSign));
      return environment[name] === value ? [{ pid, args: args.join("\n"), environment }] : [];
    });
}

export interface SeenFile {
  path: string;
  text: string;
  /** Somebody else than its owner can read it, as far as the modes up to the folder say. */
  isOpen: boolean;
}

/** All files below a folder. One that goes away meanwhile is left out. */
export function filesBelow(folder: string, isOpen = true): SeenFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    if (mode === undefined || entry.isSymbolicLink()) return [];
    if (entry.isDirectory()) return filesBelow(path, isOpen && (mode & 0o011) !== 0);
    return entry.isFile() ? [{ path, text: readIfThere(path), isOpen: isOpen && (mode & 0o044) !== 0 }] : [];
  });
}

/** Pulumi compresses its logs. */
function readIfThere(path: string): string {
  try {
    const bytes = readFileSync(path);
    return (bytes.length > 1 && bytes.readUInt16BE(0) === GZIP ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch {
    return ""; // it has ended, is gone, or is somebody else's
  }
}

function splitAtEqualsSign(variable: string): [string, string] {
  const at = variable.indexOf("=");
  return [variable.slice(0, at), variable.slice(at + 1)];
}
