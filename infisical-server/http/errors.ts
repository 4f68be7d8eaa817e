/** An answer of the product other than success; contract §2. */
export class ApiError extends Error {
  readonly status: number;
  readonly error: string;
  readonly details: unknown;
  readonly issues: readonly unknown[] | undefined;

  constructor(
    status: number,
    error: string,
    message: string,
    more: { details?: unknown; issues?: readonly unknown[] } = {},
  ) {
    super(message);
    this.status = status;
    this.error = error;
    this.details = more.details;
    this.issues = more.issues;
  }
}

export const badRequest = (message: string, error = "BadRequest") => new ApiError(400, error, message);
export const unauthorized = (message: string) => new ApiError(401, "UnauthorizedError", message);
export const tokenError = (message: string) => new ApiError(403, "TokenError", message);
export const notFound = (message: string, error = "NotFound") => new ApiError(404, error, message);
export const forbidden = (message: string, error = "ForbiddenError", details?: unknown) =>
  new ApiError(403, error, message, { details });
/** `message` is the array of issues on the wire. */
export const validationFailure = (issues: readonly unknown[]) =>
  new ApiError(422, "ValidationFailure", "Validation failure", { issues });
