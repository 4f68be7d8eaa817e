/** An answer of the remote instance that is not a success. */
export class RemoteError extends Error {
  readonly status: number;
  /** As it was answered: parsed JSON, or text. */
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`Request failed with status code ${status}`);
    this.status = status;
    this.body = body;
  }

  /** What the answer calls its message; a list of issues for a 422. */
  get remoteMessage(): unknown {
    const { body } = this;
    return typeof body === "object" && body !== null && "message" in body ? body.message : undefined;
  }
}
