rule "OPENSEARCH_ENCRYPTED_AT_REST" {
  inputs {
    encrypt_at_rest = { enabled = true }
  }
}

rule "OPENSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK" {
  inputs {
    node_to_node_encryption = { enabled = true }
  }
}

rule "OPENSEARCH_HTTPS_REQUIRED" {
  inputs {
    domain_endpoint_options = {
      enforce_https       = true
      tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
    }
  }
}

rule "OPENSEARCH_LOGS_TO_CLOUDWATCH" {
  inputs {
    log_publishing_options = [
      { log_type = "ES_APPLICATION_LOGS" },
    ]
  }
}
