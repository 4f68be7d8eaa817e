import { homedir } from "node:os";

/** The home folder of whoever has this environment; where it tells none, that of this process. */
export const homeIn = (environment: Readonly<Record<string, string | undefined>>): string =>
  environment[process.platform === "win32" ? "USERPROFILE" : "HOME"] || homedir();
