package rds

import (
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var logging = rule.Rule{
	ID:     "RDS_LOGGING_ENABLED",
	Types:  instances,
	Assert: rule.With(evalLogging, repairLogging),
}

// engineLogs are the log types that an engine must export, by the beginning of
// its name; the first that fits counts.
var engineLogs = []struct {
	engine string
	logs   []string
}{
	{"aurora-postgresql", []string{"postgresql"}},
	{"aurora", []string{"audit", "error", "general", "slowquery"}},
	{"mysql", []string{"audit", "error", "general", "slowquery"}},
	{"mariadb", []string{"audit", "error", "general", "slowquery"}},
	{"postgres", []string{"postgresql", "upgrade"}},
	{"sqlserver-ex", []string{"error"}}, // Express has no agent
	{"sqlserver", []string{"error", "agent"}},
	{"custom-sqlserver", []string{"error", "agent"}},
	{"oracle", []string{"alert", "audit", "listener", "trace"}},
	{"custom-oracle", []string{"alert", "audit", "listener", "trace"}},
	{"docdb", []string{"audit", "profiler"}},
	{"neptune", []string{"audit"}},
}

func evalLogging(t *rule.Target) rule.Verdict {
	engine, exports, undecided, ok := exported(t)
	if !ok {
		return undecided
	}
	required, known := requiredLogs(engine)
	switch {
	case known == logic.Unknown && exports.NonEmpty() == logic.False:
		return rule.Fail(exports, "enabled_cloudwatch_logs_exports is not set: no log is exported").Named("enabled_cloudwatch_logs_exports")
	case known == logic.Unknown:
		return rule.Because(engine, engine.Cause())
	case known == logic.False:
		return rule.Undecided(engine, "which logs the engine %s must export is not documented", engine.Display())
	}
	required = append(slices.Clone(required), additionalLogs(t, engine)...)
	all := logic.True
	var missing []string
	for _, log := range required {
		one := exports.Has(log)
		if one == logic.False {
			missing = append(missing, log)
		}
		all = all.And(one)
	}
	return rule.Require(all, exports, "logs that are not exported: %s", strings.Join(missing, ", ")).Named("enabled_cloudwatch_logs_exports")
}

// exported finds the engine and the exported logs: those of the cluster for
// its members.
func exported(t *rule.Target) (engine, exports graph.Value, undecided rule.Verdict, ok bool) {
	if !isMember(t) {
		engine = t.Attr("engine")
		if r, replica := source(t); replica == logic.True && engine.IsSet() == logic.False && r != nil {
			engine = r.Attr("engine")
		}
		return engine, t.Attr("enabled_cloudwatch_logs_exports"), undecided, true
	}
	r, undecided, ok := cluster(t)
	if !ok {
		return engine, exports, undecided, false
	}
	engine = r.Attr("engine")
	switch r.Type {
	case "aws_docdb_cluster":
		engine = engine.Or(graph.String("docdb"))
	case "aws_neptune_cluster":
		return engine.Or(graph.String("neptune")), r.Attr("enable_cloudwatch_logs_exports"), undecided, true
	default:
		engine = engine.Or(graph.String("aurora-mysql"))
	}
	return engine, r.Attr("enabled_cloudwatch_logs_exports"), undecided, true
}

// requiredLogs is False for an engine that nobody knows.
func requiredLogs(engine graph.Value) ([]string, logic.Truth) {
	s, ok := engine.Literal()
	if !ok {
		return nil, logic.Unknown
	}
	for _, e := range engineLogs {
		if strings.HasPrefix(strings.ToLower(s), e.engine) { // as the provider writes it
			return e.logs, logic.True
		}
	}
	return nil, logic.False
}

// additionalLogs reads the parameter "oracle: general, alert ; mysql: …".
func additionalLogs(t *rule.Target, engine graph.Value) []string {
	name, _ := engine.Literal()
	var logs []string
	for entry := range strings.SplitSeq(t.Param("additionalLogs").String(), ";") {
		e, list, ok := strings.Cut(entry, ":")
		if !ok || !strings.HasPrefix(name, strings.TrimSpace(e)) {
			continue
		}
		for log := range strings.SplitSeq(list, ",") {
			logs = append(logs, strings.TrimSpace(log))
		}
	}
	return logs
}
