package opensearch

import (
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

func repairHTTPS(*rule.Target) rule.Repair {
	return rule.To(rule.Set{Code: `
		domain_endpoint_options {
		  enforce_https       = true
		  tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
		}
	`})
}

// repairLogs publishes the error log, which holds no documents; slow logs hold
// the text of queries, so that they are the owner's to ask for.
func repairLogs(t *rule.Target) rule.Repair {
	for _, b := range t.Blocks("log_publishing_options").Items {
		if b.Attr("enabled").IsTrue() == logic.False && !b.Maybe {
			return rule.To(rule.Set{At: b.Location(), Code: "enabled = true"})
		}
	}
	return rule.To(rule.Need{Piece: "search_log_policy"}, rule.Set{Code: `
		log_publishing_options {
		  log_type                 = "ES_APPLICATION_LOGS"
		  cloudwatch_log_group_arn = shared.search_log_group.arn
		}
	`})
}
