package elasticloadbalancing

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

func repairLogging(t *rule.Target) rule.Repair {
	if t.Blocks("access_logs").Exist() != graph.False {
		return rule.To(rule.Set{Code: `
			access_logs {
			  enabled = true
			}
		`})
	}
	if t.Type == "aws_elb" {
		return rule.To(rule.Set{Code: `
			access_logs {
			  bucket        = shared.log_bucket.id
			  bucket_prefix = "elb"
			}
		`})
	}
	return rule.To(rule.Set{Code: `
		access_logs {
		  bucket  = shared.log_bucket.id
		  prefix  = "alb"
		  enabled = true
		}
	`})
}

func repairWAF(*rule.Target) rule.Repair {
	return rule.To(rule.Add{Code: `
		resource "aws_wafv2_web_acl_association" "self" {
		  resource_arn = self.arn
		  web_acl_arn  = shared.web_acl.arn
		}
	`})
}

// repairRedirection sends the clients of an HTTP listener to HTTPS, if there is
// a listener that answers there.
func repairRedirection(t *rule.Target) rule.Repair {
	judged := []*graph.Resource{t.Resource}
	if !isListener(t) {
		judged = listeners(t).Items
		if !anyHTTPS(judged) {
			return rule.CannotRepair("there is no HTTPS listener to redirect to: add one with a certificate first")
		}
	}
	var r rule.Repair
	for _, l := range judged {
		if redirects(t, l).Outcome() != rule.NonCompliant {
			continue
		}
		actions := l.Blocks("default_action").Items
		if len(actions) != 1 {
			return rule.CannotRepair("the HTTP listener has several default actions")
		}
		r.Changes = append(r.Changes,
			rule.Unset{On: l, At: actions[0].Location(), Names: []string{"target_group_arn", "forward", "fixed_response", "authenticate_cognito", "authenticate_oidc"}},
			rule.Set{On: l, At: actions[0].Location(), Code: `
				type = "redirect"

				redirect {
				  port        = "443"
				  protocol    = "HTTPS"
				  status_code = "HTTP_301"
				}
			`})
	}
	return r
}

func anyHTTPS(listeners []*graph.Resource) bool {
	for _, l := range listeners {
		if l.Attr("protocol").IsFold("HTTPS") == graph.True {
			return true
		}
	}
	return false
}
