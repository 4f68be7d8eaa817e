# Not last_synced_at: an output of it would change with every run, and plans that have nothing to do would say so.
output "status" {
  description = "How the last run ended."
  value       = externalinfisical_secret_sync.billing.status
}
