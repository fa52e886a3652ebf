# Which addresses and ports are needed, no call says.

rule "INCOMING_SSH_DISABLED" {
  why = "who connects, the call does not say: name their addresses in ingress_cidr_blocks or ingress_with_cidr_blocks of module.CALL or their group in ingress_with_source_security_group_id, or leave the rule out and use Session Manager"
}

rule "RESTRICTED_INCOMING_TRAFFIC" {
  why = "who connects, the call does not say: name their addresses in ingress_cidr_blocks or ingress_with_cidr_blocks of module.CALL or their group in ingress_with_source_security_group_id"
}

rule "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS" {
  why = "which ports the world may reach, the call does not say: take 0.0.0.0/0 and ::/0 out of the ingress_* inputs of module.CALL, or name the authorized ports to the rule"
}
