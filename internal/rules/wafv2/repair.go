package wafv2

import (
	"fmt"

	"safeguard/internal/rule"
)

// repairLogging writes the log to CloudWatch, without what proves who a caller
// is. AWS wants the name of the log group to begin with aws-waf-logs-.
func repairLogging(t *rule.Target) rule.Repair {
	name, ok := t.Attr("name").Literal()
	if !ok {
		name = t.Name
	}
	return rule.To(rule.Add{Code: fmt.Sprintf(`
		resource "aws_wafv2_web_acl_logging_configuration" "self" {
		  resource_arn            = self.arn
		  log_destination_configs = [aws_cloudwatch_log_group.self_waf.arn]

		  redacted_fields {
		    single_header {
		      name = "authorization"
		    }
		  }

		  redacted_fields {
		    single_header {
		      name = "cookie"
		    }
		  }
		}

		resource "aws_cloudwatch_log_group" "self_waf" {
		  name              = "aws-waf-logs-%s"
		  kms_key_id        = shared.kms_key_logs.arn
		  retention_in_days = 365
		}
	`, name)})
}
