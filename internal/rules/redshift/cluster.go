package redshift

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var cluster = []string{"aws_redshift_cluster"}

var backupEnabled = rule.Rule{
	ID:     "REDSHIFT_BACKUP_ENABLED",
	Types:  cluster,
	Assert: rule.With(evalBackup, repairBackup),
}

func evalBackup(t *rule.Target) rule.Verdict {
	const name = "automated_snapshot_retention_period"
	days := t.Attr(name).Or(graph.Number(1, "1"))
	least := 1
	if n, ok := t.Param("MinRetentionPeriod").Int(); ok {
		least = max(n, least)
	}
	verdict := rule.Require(days.AtLeast(float64(least)), days, "%s is %s, must be at least %d", name, days.Display(), least).Named(name)
	if most, ok := t.Param("MaxRetentionPeriod").Int(); ok {
		verdict = rule.All(verdict, rule.Require(days.AtLeast(float64(most)+1).Not(), days, "%s is %s, must be at most %d", name, days.Display(), most))
	}
	return verdict
}

var maintenance = rule.Rule{
	ID:     "REDSHIFT_CLUSTER_MAINTENANCESETTINGS_CHECK",
	Types:  cluster,
	Assert: rule.With(evalMaintenance, repairMaintenance),
}

// The pack passes allowVersionUpgrade; AWS documents a default of 1 for the
// days of snapshots, so that a cluster without any fails.
func evalMaintenance(t *rule.Target) rule.Verdict {
	upgrade := t.Attr("allow_version_upgrade").Or(graph.Bool(true))
	verdicts := []rule.Verdict{
		rule.Require(upgrade.IsTrue(), upgrade, "allow_version_upgrade is %s, must be true", upgrade.Display()).Named("allow_version_upgrade"),
	}
	if n, ok := t.Param("automatedSnapshotRetentionPeriod").Int(); ok {
		days := t.Attr("automated_snapshot_retention_period").Or(graph.Number(1, "1"))
		verdicts = append(verdicts, rule.Require(days.AtLeast(float64(n)), days, "automated_snapshot_retention_period is %s, must be at least %d", days.Display(), n))
	}
	if window := t.Param("preferredMaintenanceWindow"); window.IsSet() {
		v := t.Attr("preferred_maintenance_window")
		verdicts = append(verdicts, rule.Require(v.IsFold(window.String()), v, "preferred_maintenance_window is %s, must be %q", v.Display(), window))
	}
	return rule.All(verdicts...)
}

var publicAccess = rule.Rule{
	ID:     "REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK",
	Types:  cluster,
	Assert: rule.With(evalPublicAccess, repairPublicAccess),
}

func evalPublicAccess(t *rule.Target) rule.Verdict {
	v := t.Attr("publicly_accessible")
	if v.IsSet() == logic.False {
		if sinceVersion6(t) {
			return rule.Pass(logic.True, v, "version 6 of the provider makes clusters private")
		}
		return rule.Fail(v, "publicly_accessible is not set: before version 6 of the provider that means public").Named("publicly_accessible")
	}
	return rule.Require(v.IsTrue().Not(), v, "publicly_accessible is true, must be false").Named("publicly_accessible")
}

// sinceVersion6 reports whether the root pins a version of the provider whose
// defaults are the safe ones. A root that pins none is taken to be older.
func sinceVersion6(t *rule.Target) bool { return t.Graph.ProviderMajor >= 6 }
