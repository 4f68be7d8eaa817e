import { oneLine } from "../printable.ts";

/** Terraform reads a provider's standard error as hclog's JSON lines and shows them by TF_LOG. */
type Level = "trace" | "debug" | "info" | "warn" | "error";

/** Tells one line. Never give it a value, a token or a request body. */
export type Log = (level: Level, message: string, fields?: Readonly<Record<string, string | number>>) => void;

export const log: Log = (level, message, fields = {}) => {
  const line = {
    "@level": level,
    "@message": oneLine(message),
    "@module": "externalinfisical",
    // hclog reads microseconds, and nothing shorter.
    "@timestamp": new Date().toISOString().replace("Z", "000Z"),
    ...fields,
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
};
