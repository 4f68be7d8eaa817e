variable "instance_url" {
  description = "Base URL of the instance to push to."
  type        = string
}

variable "machine_identity_client_id" {
  description = "Client ID of the machine identity there."
  type        = string
}

variable "machine_identity_client_secret" {
  description = "Client secret of that identity; ephemeral, so that no plan file holds it either."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "project_id" {
  description = "Project at the source."
  type        = string
}

variable "destination_project_id" {
  description = "Project at the destination."
  type        = string
}

variable "execution" {
  description = "Who runs the sync: engine (each apply) or native (the source instance, by itself)."
  type        = string
  default     = "engine"
}
