/** Writes the configuration of one connection and one sync: node main.ts */
import { App, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import {
  ExternalInfisicalConnection,
  ExternalInfisicalProvider,
  ExternalInfisicalSecretSync,
} from "external-infisical/cdktf";

class Billing extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const variable = (name: string) => new TerraformVariable(this, name, { type: "string" });
    const secret = new TerraformVariable(this, "machine_identity_client_secret", {
      type: "string",
      sensitive: true,
    });
    // In no plan file either; the library has no argument for it.
    secret.addOverride("ephemeral", true);

    // The source instance. Its address and credentials come from the environment.
    new ExternalInfisicalProvider(this, "source", {
      connectionSecrets: { "dr-site": secret.stringValue },
    });

    // How to log in at the other instance. A write-only argument is in no plan and no state.
    const drSite = new ExternalInfisicalConnection(this, "dr_site", {
      name: "dr-site",
      instanceUrl: variable("instance_url").stringValue,
      machineIdentityClientId: variable("machine_identity_client_id").stringValue,
      machineIdentityClientSecretWo: secret.stringValue,
      machineIdentityClientSecretWoVersion: 1,
    });

    // The secrets of /billing, kept at the other instance.
    const billing = new ExternalInfisicalSecretSync(this, "billing", {
      name: "billing-to-dr",
      projectId: variable("project_id").stringValue,
      environment: "prod",
      secretPath: "/billing",
      destinationConnection: drSite,
      destinationConfig: {
        projectId: variable("destination_project_id").stringValue,
        environment: "prod",
        secretPath: "/billing",
      },
      syncOptions: { initialSyncBehavior: "overwrite-destination" },
    });

    new TerraformOutput(this, "status", { value: billing.status });
  }
}

const app = new App();
new Billing(app, "billing");
app.synth();
