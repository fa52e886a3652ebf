package elasticloadbalancing

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var logging = rule.Rule{
	ID:     "ELB_LOGGING_ENABLED",
	Types:  []string{"aws_elb", "aws_lb", "aws_alb"},
	Assert: rule.With(evalLogging, repairLogging),
}

// Within access_logs a Classic Load Balancer logs unless it says otherwise, an
// Application Load Balancer only if it says so.
func evalLogging(t *rule.Target) rule.Verdict {
	enabledByDefault := t.Type == "aws_elb"
	if !enabledByDefault {
		if v, ok := applicationOnly(t); !ok {
			return v
		}
	}
	logs := t.Blocks("access_logs")
	switch logs.Exist() {
	case logic.False:
		return rule.Fail(t.Here(), "no access_logs: access is not logged")
	case logic.Unknown:
		return rule.Because(t.Here(), logs.Cause())
	}
	enabled := t.Get("access_logs.enabled").Or(graph.Bool(enabledByDefault))
	verdict := rule.Require(enabled.IsTrue(), enabled, "access_logs.enabled is %s, must be true", t.Get("access_logs.enabled").Display()).Named("access_logs.enabled")
	if allowed := t.Param("s3BucketNames").List(); len(allowed) > 0 {
		bucket := t.Get("access_logs.bucket")
		verdict = rule.All(verdict, rule.Require(bucket.OneOf(allowed...), bucket, "access_logs.bucket is %s, which is not among the allowed ones", bucket.Display()))
	}
	return verdict
}
