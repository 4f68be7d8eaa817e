export type { IdentityCredentials, IdentityOptions } from "./auth/identity-input.ts";
export { acceleratedClock, type Clock, createManualClock, type ManualClock, systemClock } from "./clock.ts";
export type { Fault, FaultEffect, FaultMatch } from "./faults/faults.ts";
export type { RequestRecord } from "./http/request-log.ts";
export type { PathRule, Role } from "./model.ts";
export type { InfisicalServer, InfisicalServerOptions, ProjectOptions, SecretPlace } from "./options.ts";
export type { SecretInput } from "./secrets/put-secrets.ts";
export { type Seed, type SeedResult, seedSchema, seedSchemaOf } from "./seed/seed.ts";
export { startInfisicalServer } from "./server.ts";
