# Neither can be changed later: a new domain takes the indexes, by reindex or
# from a snapshot.
resource "aws_opensearch_domain" "for_opensearch_in_vpc_only" {
  domain_name    = "search-in-vpc"
  engine_version = "OpenSearch_2.11"

  cluster_config {
    instance_type  = "m6g.large.search"
    instance_count = 2
  }

  ebs_options {
    ebs_enabled = true
    volume_size = 100
  }

  vpc_options {
    subnet_ids         = ["subnet-0123456789abcdef0"]
    security_group_ids = ["sg-0123456789abcdef0"]
  }

  encrypt_at_rest {
    enabled = true
  }

  node_to_node_encryption {
    enabled = true
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }
}
