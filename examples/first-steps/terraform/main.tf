terraform {
  required_version = ">= 1.11"
  required_providers {
    externalinfisical = {
      source  = "external-infisical/externalinfisical"
      version = "~> 0.1"
    }
  }
}

provider "externalinfisical" {} # the source, from INFISICAL_HOST and its like

resource "externalinfisical_connection" "dr_site" {
  name                       = "dr-site"
  instance_url               = "http://127.0.0.1:8091"
  machine_identity_client_id = "44444444-4444-4444-8444-444444444444"
}

resource "externalinfisical_secret_sync" "each" {
  for_each               = toset(["billing", "shop"])
  name                   = each.key
  destination_connection = externalinfisical_connection.dr_site
  project_id             = "11111111-1111-4111-8111-111111111111"
  environment            = "prod"
  secret_path            = "/${each.key}"
  destination_config = {
    project_id  = "33333333-3333-4333-8333-333333333333"
    environment = "prod"
    secret_path = "/${each.key}"
  }
  sync_options = { initial_sync_behavior = "overwrite-destination" }
}
