package redshift

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

func repairBackup(*rule.Target) rule.Repair {
	return rule.To(rule.Set{Code: "automated_snapshot_retention_period = 7"})
}

func repairMaintenance(t *rule.Target) rule.Repair {
	r := rule.To(rule.Set{Code: "allow_version_upgrade = true"})
	if days := t.Attr("automated_snapshot_retention_period"); days.IsSet() == logic.True && days.AtLeast(1) == logic.False {
		r.Changes = append(r.Changes, repairBackup(t).Changes...)
	}
	return r
}

func repairPublicAccess(*rule.Target) rule.Repair {
	return rule.To(rule.Set{Code: "publicly_accessible = false"})
}

// repairConfiguration sends the audit logs to CloudWatch: a bucket would need a
// policy for the account of Redshift in each Region.
func repairConfiguration(t *rule.Target) rule.Repair {
	var r rule.Repair
	if t.Attr("encrypted").Or(graph.Bool(sinceVersion6(t))).IsTrue() == logic.False {
		r.Changes = append(r.Changes, rule.Set{Code: `
			encrypted  = true
			kms_key_id = shared.kms_key.arn
		`})
	}
	if logging(t).Outcome() == rule.NonCompliant {
		if t.Blocks("logging").Exist() != logic.False {
			r.Changes = append(r.Changes, rule.Unset{Names: []string{"logging"}})
		}
		r.Changes = append(r.Changes, rule.Add{Code: `
			resource "aws_redshift_logging" "self" {
			  cluster_identifier   = self.id
			  log_destination_type = "cloudwatch"
			  log_exports          = ["connectionlog", "userlog", "useractivitylog"]
			}
		`})
	}
	return r
}

// repairRequireTLS gives the cluster a parameter group of its own, or changes
// the one that it has.
func repairRequireTLS(t *rule.Target) rule.Repair {
	group := t.Resource
	if t.Type == "aws_redshift_cluster" {
		found, ok := t.Graph.Referent(t.Attr("cluster_parameter_group_name"), "aws_redshift_parameter_group")
		if ok != logic.True {
			name, err := t.Attr("cluster_identifier").Literal()
			if !err {
				return rule.CannotRepair("the name of the cluster, after which a parameter group would be named, is not known")
			}
			return rule.To(
				rule.Add{Code: `
					resource "aws_redshift_parameter_group" "self" {
					  name   = "` + name + `-tls"
					  family = "redshift-1.0"

					  parameter {
					    name  = "require_ssl"
					    value = "true"
					  }
					}
				`},
				rule.Set{Code: "cluster_parameter_group_name = aws_redshift_parameter_group.self.name"},
			)
		}
		group = found
	}
	for _, p := range group.Blocks("parameter").Items {
		if p.Attr("name").IsFold("require_ssl") == logic.True {
			return rule.To(rule.Set{On: group, At: p.Location(), Code: `value = "true"`})
		}
	}
	return rule.To(rule.Append{On: group, Code: `
		parameter {
		  name  = "require_ssl"
		  value = "true"
		}
	`})
}
