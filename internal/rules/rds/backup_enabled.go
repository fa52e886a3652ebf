package rds

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var backupEnabled = rule.Rule{
	ID:     "DB_INSTANCE_BACKUP_ENABLED",
	Types:  instances,
	Assert: rule.With(evalBackup, repairBackup),
}

func evalBackup(t *rule.Target) rule.Verdict {
	if isMember(t) {
		r, undecided, ok := cluster(t)
		if !ok {
			// The retention of a cluster is never 0: only a parameter could fail it.
			if _, set := retentionParam(t); !set {
				return rule.Pass(logic.True, t.Here(), "backups of a cluster cannot be switched off")
			}
			return undecided
		}
		days := r.Attr("backup_retention_period").Or(graph.Number(1, "1"))
		return retained(t, days)
	}
	days := t.Attr("backup_retention_period")
	if days.IsSet() == logic.False {
		if _, replica := source(t); replica != logic.False {
			return rule.Undecided(days, "backup_retention_period of a read replica is not set: only AWS knows whether it counts")
		}
		if restored(t.Resource) != logic.False {
			return rule.Undecided(days, "backup_retention_period is not set and comes from the snapshot: set it")
		}
	}
	return retained(t, days.Or(graph.Number(0, "0")))
}

func retentionParam(t *rule.Target) (days int, set bool) {
	if days, ok := t.Param("backupRetentionPeriod").Int(); ok {
		return days, true
	}
	return t.Param("backupRetentionMinimum").Int()
}

func retained(t *rule.Target, days graph.Value) rule.Verdict {
	least := 1
	if n, ok := retentionParam(t); ok {
		least = max(n, least)
	}
	verdict := rule.Require(days.AtLeast(float64(least)), days, "backup_retention_period is %s, must be at least %d", days.Display(), least).Named("backup_retention_period")
	if window := t.Param("preferredBackupWindow"); window.IsSet() {
		v := t.Attr("backup_window")
		verdict = rule.All(verdict, rule.Require(v.Is(window.String()), v, "backup_window is %s, must be %q", v.Display(), window))
	}
	return verdict
}
