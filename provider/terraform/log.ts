/** Terraform reads a provider's standard error as hclog's JSON lines and shows them by TF_LOG. */
export type Level = "trace" | "debug" | "info" | "warn" | "error";

/** Writes one line. Never give it a value, a token or a request body. */
export function log(
  level: Level,
  message: string,
  fields: Readonly<Record<string, string | number>> = {},
): void {
  const line = {
    "@level": level,
    "@message": message,
    "@module": "externalinfisical",
    "@timestamp": new Date().toISOString(),
    ...fields,
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
