import { Config } from "@pulumi/pulumi";
import { ExternalInfisicalConnection, ExternalInfisicalSecretSync } from "external-infisical";

const config = new Config();

// How to log in at the other instance.
const drSite = new ExternalInfisicalConnection("dr-site", {
  name: "dr-site",
  instanceUrl: config.require("instanceUrl"),
  machineIdentityClientId: config.require("machineIdentityClientId"),
  machineIdentityClientSecret: config.requireSecret("machineIdentityClientSecret"),
});

// The secrets of /billing, kept at the other instance.
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
export const lastSyncedAt = billing.lastSyncedAt;
