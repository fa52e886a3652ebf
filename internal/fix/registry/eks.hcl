# Node groups are maps whose keys only the call knows.

rule "EC2_IMDSV2_CHECK" {
  why = "set http_tokens = \"required\" in the metadata_options of the node groups of module.CALL, after making sure that no pod reads the instance's metadata without a token"
}

rule "ENCRYPTED_VOLUMES" {
  why = "set encrypted = true below ebs in the block_device_mappings of the node groups of module.CALL: the nodes are replaced"
}

rule "INCOMING_SSH_DISABLED" {
  why = "who connects, the call does not say: give the node groups of module.CALL no remote_access and no additional rule for port 22, and use Session Manager"
}

rule "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS" {
  versions = "<21"
  why      = "which ports the world may reach, the call does not say: take 0.0.0.0/0 and ::/0 out of cluster_security_group_additional_rules and node_security_group_additional_rules of module.CALL"
}

rule "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS" {
  versions = ">=21"
  why      = "which ports the world may reach, the call does not say: take 0.0.0.0/0 and ::/0 out of security_group_additional_rules and node_security_group_additional_rules of module.CALL"
}
