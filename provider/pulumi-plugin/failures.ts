/** Errors in the form that the engine shows: with the state of a run that stopped half-way, where there is one. */
import grpc from "@grpc/grpc-js";
import { describeError } from "../errors.ts";
import { PartialRunError } from "../resources/index.ts";
import { provider, statusDetails, structOf } from "./messages.ts";
import { type Path, SECRETS } from "./values.ts";

/** An error is headers, of which Node's HTTP/2 sends none that has more than 64 KiB. */
const MOST_HEADER_BYTES = 60_000;
const UNRECORDED =
  "This is more than Pulumi takes with an error, so that its state stays as it was before the run. Deploy again: what was written is found there, and the rest follows.";

/** Notes of a failed run what is secret in the state that comes with it. */
export async function keeping<T>(secrets: readonly Path[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof PartialRunError ? new SealedFailure(error, secrets) : error;
  }
}

class SealedFailure extends Error {
  /** Undefined where they are too large to be sent. */
  readonly details: Buffer | undefined;

  constructor(error: PartialRunError, secrets: readonly Path[]) {
    super(error.message);
    const failed = new provider.ErrorResourceInitFailed();
    failed.setId(error.id);
    failed.setProperties(structOf(error.outputs, [...secrets, ...SECRETS]));
    failed.setReasonsList([...error.reasons]);
    const details = statusDetails(grpc.status.UNKNOWN, error.message, failed);
    this.details = base64Length(details) <= MOST_HEADER_BYTES ? details : undefined;
  }
}

const base64Length = (bytes: Buffer) => Math.ceil(bytes.length / 3) * 4;

export function serviceError(error: unknown): grpc.ServerErrorResponse {
  const told = sendable(describeError(error));
  const metadata = new grpc.Metadata();
  const isSealed = error instanceof SealedFailure;
  if (isSealed && error.details) metadata.add("grpc-status-details-bin", error.details);
  const message = isSealed && !error.details ? `${told}\n${UNRECORDED}` : told;
  return Object.assign(new Error(message), { code: grpc.status.UNKNOWN, details: message, metadata });
}

/** As much of a text as can be sent, of which each byte may take three. */
function sendable(text: string): string {
  const bytes = Buffer.from(text);
  const most = MOST_HEADER_BYTES / 3;
  // Half a character at the end comes out as one that stands for it.
  return bytes.length <= most
    ? text
    : `${bytes
        .subarray(0, most)
        .toString()
        .replace(/\ufffd+$/, "")}…`;
}
