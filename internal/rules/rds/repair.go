package rds

import (
	"fmt"
	"strings"

	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairBackup keeps backups for a week, the least that HIPAA tools ask for;
// a member of a cluster is backed up with it.
func repairBackup(t *rule.Target) rule.Repair {
	const code = "backup_retention_period = 7"
	if !isMember(t) {
		return rule.To(rule.Set{Code: code})
	}
	if r, _, ok := cluster(t); ok {
		return rule.To(rule.Set{On: r, Code: code})
	}
	return rule.CannotRepair("its cluster is not declared here")
}

func repairMonitoring(t *rule.Target) rule.Repair {
	if t.Type != "aws_db_instance" && t.Type != "aws_rds_cluster_instance" {
		return rule.CannotRepair("instances of Amazon DocumentDB and Neptune have no enhanced monitoring: document an exception (safeguard exceptions suggest)")
	}
	return rule.To(rule.Set{Code: `
		monitoring_interval = 60
		monitoring_role_arn = shared.rds_monitoring_role.arn
	`})
}

// repairMultiAZ doubles the instance; what a read replica or an engine cannot
// do is left alone.
func repairMultiAZ(t *rule.Target) rule.Repair {
	if t.Type != "aws_db_instance" {
		return rule.CannotRepair("add an instance in a second zone to its cluster")
	}
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_SQLServerMultiAZ.html
	if engine, ok := t.Attr("engine").Literal(); ok && (engine == "sqlserver-ex" || engine == "sqlserver-web") {
		return rule.CannotRepair("SQL Server Express and Web have no standby in another zone: change to another edition, or document an exception")
	}
	return rule.To(rule.Set{Code: "multi_az = true"})
}

// repairLogging exports the logs that the engine has. What a parameter group
// has to turn on first is the owner's to decide: it may need a reboot.
func repairLogging(t *rule.Target) rule.Repair {
	engine, _, _, ok := exported(t)
	if !ok {
		return rule.CannotRepair("its cluster is not declared here")
	}
	logs, known := requiredLogs(engine)
	if known != logic.True {
		return rule.CannotRepair("the engine is not known")
	}
	logs = append(append([]string{}, logs...), additionalLogs(t, engine)...)
	quoted := make([]string, len(logs))
	for i, l := range logs {
		quoted[i] = fmt.Sprintf("%q", l)
	}
	on, name := t.Resource, "enabled_cloudwatch_logs_exports"
	if isMember(t) {
		if on, _, ok = cluster(t); !ok {
			return rule.CannotRepair("its cluster is not declared here")
		}
		if on.Type == "aws_neptune_cluster" {
			name = "enable_cloudwatch_logs_exports"
		}
	}
	return rule.To(rule.Set{On: on, Code: name + " = [" + strings.Join(quoted, ", ") + "]"})
}

// repairSnapshotsPublic leaves no account: which ones are meant, only the owner
// knows.
func repairSnapshotsPublic(*rule.Target) rule.Repair {
	return rule.To(rule.Unset{Names: []string{"shared_accounts"}})
}
