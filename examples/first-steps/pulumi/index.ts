import { ExternalInfisicalConnection, ExternalInfisicalSecretSync } from "external-infisical";

const drSite = new ExternalInfisicalConnection("dr-site", {
  name: "dr-site",
  instanceUrl: "http://127.0.0.1:8091",
  machineIdentityClientId: "44444444-4444-4444-8444-444444444444",
});

for (const name of ["billing", "shop"])
  new ExternalInfisicalSecretSync(name, {
    name,
    connection: drSite,
    projectId: "11111111-1111-4111-8111-111111111111",
    environment: "prod",
    secretPath: `/${name}`,
    destinationConfig: {
      projectId: "33333333-3333-4333-8333-333333333333",
      environment: "prod",
      secretPath: `/${name}`,
    },
    syncOptions: { initialSyncBehavior: "overwrite-destination" },
  });
