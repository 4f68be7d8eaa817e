/** Declare that the secrets of one Infisical instance are kept at another. */
export { BridgeError, type ErrorCode, HttpError } from "./errors.ts";
export * from "./pulumi/index.ts";
