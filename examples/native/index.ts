import { Config } from "@pulumi/pulumi";
import { ExternalInfisicalConnection, ExternalInfisicalSecretSync } from "external-infisical";

const config = new Config();

// An "Infisical Connection" of the source instance.
const drSite = new ExternalInfisicalConnection("dr-site", {
  name: "dr-site",
  execution: "native",
  instanceUrl: config.require("instanceUrl"),
  machineIdentityClientId: config.require("machineIdentityClientId"),
  machineIdentityClientSecret: config.requireSecret("machineIdentityClientSecret"),
});

// An "Infisical Sync" of the source instance, which runs it by itself whenever a secret changes.
const billing = new ExternalInfisicalSecretSync("billing", {
  name: "billing-to-dr",
  projectId: config.require("projectId"),
  environment: "prod",
  secretPath: "/billing",
  connection: drSite,
  destinationConfig: {
    projectId: config.require("destinationProjectId"),
    environment: "prod",
    secretPath: "/billing",
  },
  syncOptions: { initialSyncBehavior: "overwrite-destination" },
});

export const status = billing.syncStatus;
export const syncId = billing.syncId;
