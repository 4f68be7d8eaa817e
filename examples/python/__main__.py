import pulumi
import pulumi_externalinfisical as externalinfisical

config = pulumi.Config()

# How to log in at the other instance.
dr_site = externalinfisical.Connection(
    "dr-site",
    name="dr-site",
    instance_url=config.require("instanceUrl"),
    machine_identity_client_id=config.require("machineIdentityClientId"),
    machine_identity_client_secret=config.require_secret("machineIdentityClientSecret"),
)

# The secrets of /billing, kept at the other instance.
billing = externalinfisical.SecretSync(
    "billing",
    name="billing",
    connection=dr_site,
    project_id=config.require("projectId"),
    environment="prod",
    secret_path="/billing",
    destination_config={
        "project_id": config.require("destinationProjectId"),
        "environment": "prod",
        "secret_path": "/billing",
    },
    sync_options={"initial_sync_behavior": "overwrite-destination"},
)

pulumi.export("lastSyncedAt", billing.last_synced_at)
