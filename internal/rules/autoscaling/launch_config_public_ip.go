package autoscaling

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

// launchConfigNoPublicIP passes a launch configuration that leaves the choice to
// the subnet, as AWS does.
var launchConfigNoPublicIP = rule.Rule{
	ID:     "AUTOSCALING_LAUNCH_CONFIG_PUBLIC_IP_DISABLED",
	Types:  []string{"aws_launch_configuration"},
	Assert: attr.False("associate_public_ip_address", attr.Default(graph.Bool(false))),
}
