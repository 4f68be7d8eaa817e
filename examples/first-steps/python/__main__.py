import pulumi_externalinfisical as externalinfisical

dr_site = externalinfisical.Connection(
    "dr-site",
    name="dr-site",
    instance_url="http://127.0.0.1:8091",
    machine_identity_client_id="44444444-4444-4444-8444-444444444444",
)

for name in ["billing", "shop"]:
    externalinfisical.SecretSync(
        name,
        name=name,
        connection=dr_site,
        project_id="11111111-1111-4111-8111-111111111111",
        environment="prod",
        secret_path=f"/{name}",
        destination_config={
            "project_id": "33333333-3333-4333-8333-333333333333",
            "environment": "prod",
            "secret_path": f"/{name}",
        },
        sync_options={"initial_sync_behavior": "overwrite-destination"},
    )
