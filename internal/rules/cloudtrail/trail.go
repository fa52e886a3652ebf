package cloudtrail

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

var trail = []string{"aws_cloudtrail"}

var cloudWatchLogs = rule.Rule{
	ID:     "CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED",
	Types:  trail,
	Assert: rule.With(attr.NonEmpty("cloud_watch_logs_group_arn").Eval, repairCloudWatchLogs),
}

var encryption = rule.Rule{
	ID:     "CLOUD_TRAIL_ENCRYPTION_ENABLED",
	Types:  trail,
	Assert: attr.NonEmpty("kms_key_id", attr.Repaired("shared.kms_key_logs.arn")),
}

var logFileValidation = rule.Rule{
	ID:     "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",
	Types:  trail,
	Assert: attr.True("enable_log_file_validation", attr.Default(graph.Bool(false))),
}

// logging decides whether a trail logs at all.
func logging(r *graph.Resource) (logic.Truth, graph.Value) {
	v := r.Attr("enable_logging").Or(graph.Bool(true))
	return v.IsTrue(), v
}
