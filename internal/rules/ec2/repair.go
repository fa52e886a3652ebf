package ec2

import (
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairDefaultGroup adopts the default group without rules, or takes its rules
// away. What uses the group loses its connections.
func repairDefaultGroup(t *rule.Target) rule.Repair {
	group := t.Resource
	if t.Type != "aws_default_security_group" {
		adopted := t.Attached("aws_default_security_group", "vpc_id").Items
		if len(adopted) == 0 {
			return rule.To(rule.Add{Code: `
				resource "aws_default_security_group" "self" {
				  vpc_id = self.id
				}
			`})
		}
		group = adopted[0]
	}
	return rule.To(rule.Unset{On: group, Names: []string{"ingress", "egress"}})
}

func repairFlowLogs(*rule.Target) rule.Repair {
	return rule.To(rule.Add{Code: `
		resource "aws_flow_log" "self" {
		  vpc_id          = self.id
		  traffic_type    = "ALL"
		  log_destination = shared.flow_log_group.arn
		  iam_role_arn    = shared.flow_log_role.arn
		}
	`})
}

// repairIMDSv2 keeps a hop limit that is set: containers need two. What a group
// launches is set in its launch template or launch configuration.
func repairIMDSv2(t *rule.Target) rule.Repair {
	on := t.Resource
	if t.Type == autoScalingGroup {
		if on = launchOf(t).template; on == nil {
			return rule.CannotRepair("its launch template is not declared here: require tokens there")
		}
	}
	const tokens = `
		metadata_options {
		  http_tokens = "required"
		}
	`
	switch {
	case on.Type == launchTemplate:
		return launched(t, on, rule.To(rule.Set{On: on, Code: tokens}))
	case on.Type == launchConfiguration && on.Attr("name").NonEmpty() != logic.False:
		return rule.CannotRepair("a launch configuration cannot be changed, and another one cannot have its name while the group uses it: give it a name_prefix, or move the group to a launch template")
	case on.Type == launchConfiguration: // AWS keeps the old one as long as the group uses it
		return rule.To(rule.Set{On: on, Code: tokens + `
			lifecycle {
			  create_before_destroy = true
			}
		`})
	}
	return rule.To(rule.Set{On: on, Code: tokens})
}

// repairProfile gives the instance what Systems Manager needs and no more.
func repairProfile(t *rule.Target) rule.Repair {
	if t.Type != "aws_instance" || t.Blocks("launch_template").Exist() != logic.False {
		return rule.CannotRepair("the instance profile comes from a launch template: set it there")
	}
	return rule.To(rule.Set{Code: "iam_instance_profile = shared.instance_profile.name"})
}

func repairSubnet(t *rule.Target) rule.Repair {
	var code string
	if mapsPublicIP(t.Resource).IsTrue() == logic.True {
		code = "map_public_ip_on_launch = false\n"
	}
	if t.Attr("assign_ipv6_address_on_creation").IsTrue() == logic.True {
		code += "assign_ipv6_address_on_creation = false\n"
	}
	return rule.To(rule.Set{Code: code})
}
