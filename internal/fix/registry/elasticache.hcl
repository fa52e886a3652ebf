rule "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK" {
  inputs {
    snapshot_retention_limit = 15
  }
}
