/**
 * How a failure is sent as a result, since it is too large for a header; see provider-preload.ts. A process loads this
 * before anything else, so that it imports nothing.
 */

/** The name of the only property of such a result. */
export const WRAPPED_FAILURE = "external-infisical:failure";
/** Where gRPC keeps what an error carries. */
export const STATUS_DETAILS = "grpc-status-details-bin";
