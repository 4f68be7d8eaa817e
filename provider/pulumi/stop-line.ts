/**
 * Pulumi forwards no cancellation to dynamic providers: left alone, a run of thousands of keys goes on to its end.
 * So the command keeps a connection to every provider process of its deployments and closes it when it is to stop;
 * that happens too when the command itself is gone, however it went.
 */
import { connect } from "node:net";

/** Environment variable with the port, on 127.0.0.1, to which a provider process connects. */
export const STOP_PORT = "EXTERNAL_INFISICAL_STOP_PORT";

/** Calls `stop` when the line that the environment names is closed; never where there is none. */
export function followStopLine(
  environment: Readonly<Record<string, string | undefined>>,
  stop: () => void,
): void {
  const port = Number(environment[STOP_PORT] ?? "");
  if (!Number.isInteger(port) || port <= 0 || port > 65_535) return;
  let isConnected = false;
  connect({ host: "127.0.0.1", port })
    .unref()
    .on("connect", () => {
      isConnected = true;
    })
    .on("error", () => {})
    .on("close", () => {
      if (isConnected) stop();
    })
    .resume();
}
