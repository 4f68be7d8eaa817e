export { acceleratedClock, type Clock, createManualClock, type ManualClock, systemClock } from "./clock.ts";
export type { Fault, FaultEffect, FaultMatch } from "./faults.ts";
export type { IdentityCredentials, IdentityOptions } from "./identity-input.ts";
export type { PathRule, Role } from "./model.ts";
export type { InfisicalServer, InfisicalServerOptions, ProjectOptions, SecretPlace } from "./options.ts";
export type { RequestRecord } from "./request-log.ts";
export { type Seed, type SeedResult, seedSchema, seedSchemaOf } from "./seed.ts";
export { startInfisicalServer } from "./server.ts";
