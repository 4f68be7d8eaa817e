terraform {
  required_version = ">= 1.11"
  required_providers {
    externalinfisical = {
      source  = "external-infisical/externalinfisical"
      version = "~> 0.1"
    }
  }
}

# The source instance. Its address and credentials come from the environment: INFISICAL_HOST,
# INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET.
provider "externalinfisical" {
  connection_secrets = { "dr-site" = var.machine_identity_client_secret }
}

# How to log in at the other instance. A write-only argument is in no plan and no state.
resource "externalinfisical_connection" "dr_site" {
  name                                      = "dr-site"
  instance_url                              = var.instance_url
  machine_identity_client_id                = var.machine_identity_client_id
  machine_identity_client_secret_wo         = var.machine_identity_client_secret
  machine_identity_client_secret_wo_version = 1
  execution                                 = var.execution
}

# The secrets of /billing, kept at the other instance.
resource "externalinfisical_secret_sync" "billing" {
  name                   = "billing-to-dr"
  destination_connection = externalinfisical_connection.dr_site

  project_id  = var.project_id
  environment = "prod"
  secret_path = "/billing"

  destination_config = {
    project_id  = var.destination_project_id
    environment = "prod"
    secret_path = "/billing"
  }

  sync_options = {
    initial_sync_behavior = "overwrite-destination"
  }
}
