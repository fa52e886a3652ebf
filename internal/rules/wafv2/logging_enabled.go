package wafv2

import (
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var loggingEnabled = rule.Rule{
	ID:     "WAFV2_LOGGING_ENABLED",
	Types:  []string{"aws_wafv2_web_acl"},
	Assert: rule.With(evalLogging, repairLogging),
}

func evalLogging(t *rule.Target) rule.Verdict {
	configured := t.Attached("aws_wafv2_web_acl_logging_configuration", "resource_arn")
	verdict := rule.Missing(t, configured, "no aws_wafv2_web_acl_logging_configuration refers to this web ACL")
	allowed := t.Param("KinesisFirehoseDeliveryStreamArns").List()
	if len(configured.Items) == 0 || len(allowed) == 0 {
		return verdict
	}
	destinations := configured.Items[0].Attr("log_destination_configs")
	listed := logic.False
	for _, a := range allowed {
		listed = listed.Or(destinations.Has(a))
	}
	return rule.Require(listed, destinations, "logs go to %s, which is not among the allowed streams", destinations.Display())
}
