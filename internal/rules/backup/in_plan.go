package backup

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var dynamodbInPlan = rule.Rule{
	ID:    "DYNAMODB_IN_BACKUP_PLAN",
	Types: []string{"aws_dynamodb_table"},
	Assert: rule.With(func(t *rule.Target) rule.Verdict {
		return inPlan(t, sourceOf(t.Resource))
	}, repairInPlan),
}

var auroraInPlan = rule.Rule{
	ID:    "AURORA_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
	Types: []string{"aws_rds_cluster"},
	Assert: rule.With(func(t *rule.Target) rule.Verdict {
		return protected(t, inPlan(t, sourceOf(t.Resource)))
	}, repairInPlan),
}

var rdsInPlan = rule.Rule{
	ID:     "RDS_IN_BACKUP_PLAN",
	Types:  []string{"aws_db_instance", "aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance"},
	Assert: rule.With(evalRDS, repairInPlan),
}

var clusterTypes = []string{"aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"}

// evalRDS judges an instance. AWS Backup backs up Aurora, DocumentDB and
// Neptune by the cluster, which its members are in a plan with.
func evalRDS(t *rule.Target) rule.Verdict {
	own := sourceOf(t.Resource)
	if t.Type == "aws_db_instance" {
		return inPlan(t, own)
	}
	ref := t.Attr("cluster_identifier")
	cluster, found := t.Graph.Referent(ref, clusterTypes...)
	if found == logic.True {
		return inPlan(t, own, sourceOf(cluster))
	}
	v := inPlan(t, own)
	if v.Outcome() != rule.NonCompliant {
		return v
	}
	if c := ref.Cause(); c.Text != "" {
		return rule.Because(ref, c)
	}
	return rule.Undecided(ref, "no backup selection in this configuration covers it, and its cluster %s is not declared here: run safeguard audit", ref.Display())
}

var efsInPlan = rule.Rule{
	ID:     "EFS_IN_BACKUP_PLAN",
	Types:  []string{"aws_efs_file_system"},
	Assert: rule.With(evalEFS, repairEFS),
}

// evalEFS judges a file system. Its automatic backups are a plan that AWS makes.
func evalEFS(t *rule.Target) rule.Verdict {
	auto := automaticBackups(t)
	if auto.truth == logic.True {
		return rule.Require(logic.True, auto.at, "")
	}
	v := inPlan(t, sourceOf(t.Resource))
	switch {
	case v.Outcome() == rule.Compliant:
		return v
	case auto.truth == logic.Unknown:
		return rule.Because(auto.at, auto.cause())
	case auto.at.Kind() == graph.KindString && allDeclared(t.Graph):
		return rule.Fail(auto.at, "automatic backups are %s, and no aws_backup_selection covers this file system", auto.at.Display())
	}
	return v
}

// allDeclared reports whether there are neither selections here nor parts of
// the configuration that may hold some: a file system whose backups are turned
// off is then meant to have none.
func allDeclared(g *graph.Graph) bool {
	return g.Complete() == logic.True && len(g.OfType(selection, "aws_organizations_policy")) == 0
}

// automaticBackups decides whether EFS backs up the file system by itself. It
// does for One Zone file systems unless they are told not to.
func automaticBackups(t *rule.Target) decision {
	told := t.Attached("aws_efs_backup_policy", "file_system_id")
	zone := t.Attr("availability_zone_name")
	byDefault := decision{zone.NonEmpty(), zone}
	if len(told.Items) > 0 {
		status := told.Items[0].Get("backup_policy.status")
		return decision{status.IsFold("ENABLED"), status}
	}
	if told.Lacks != logic.True {
		return open(told.Cause, t.Location())
	}
	return byDefault
}
