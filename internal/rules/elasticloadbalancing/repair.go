package elasticloadbalancing

import (
	"fmt"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

func repairLogging(t *rule.Target) rule.Repair {
	if t.Blocks("access_logs").Exist() != logic.False {
		return rule.To(rule.Set{Code: `
			access_logs {
			  enabled = true
			}
		`})
	}
	if t.Type == "aws_elb" {
		return rule.To(rule.Set{Code: `
			access_logs {
			  bucket        = shared.elb_log_bucket.id
			  bucket_prefix = "elb"
			}
		`})
	}
	return rule.To(rule.Set{Code: `
		access_logs {
		  bucket  = shared.elb_log_bucket.id
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
		if l.Attr("protocol").IsFold("HTTPS") == logic.True {
			return true
		}
	}
	return false
}

// needsCertificate says why a listener without a certificate of ACM stays as it
// is.
const needsCertificate = "for which domain the certificate is, the code does not say: request one from ACM (aws_acm_certificate, validated by DNS), set it on the listener with HTTPS or TLS, and take clients over"

// repairPredefinedPolicy gives HTTPS listeners the policy that the pack names.
func repairPredefinedPolicy(t *rule.Target) rule.Repair {
	want := t.Param("predefinedPolicyName").String()
	if want == "" {
		return rule.CannotRepair("the parameter predefinedPolicyName is not set")
	}
	code := fmt.Sprintf(`
		resource "aws_load_balancer_policy" "self_tls" {
		  load_balancer_name = self.name
		  policy_name        = "tls"
		  policy_type_name   = "SSLNegotiationPolicyType"

		  policy_attribute {
		    name  = "Reference-Security-Policy"
		    value = %q
		  }
		}
	`, want)
	for _, l := range t.Blocks("listener").Items {
		protocol := l.Attr("lb_protocol")
		if protocol.IsFold("HTTPS").Or(protocol.IsFold("SSL")) != logic.True || listenerPolicy(t, l.Attr("lb_port")).Outcome() == rule.Compliant {
			continue
		}
		port, ok := l.Attr("lb_port").Int()
		if !ok {
			return rule.CannotRepair("the port of a listener is not known")
		}
		if policied(t, l.Attr("lb_port")) {
			return rule.CannotRepair("a listener has another policy already: change that one")
		}
		code += fmt.Sprintf(`
			resource "aws_load_balancer_listener_policy" "self_%d" {
			  load_balancer_name = self.name
			  load_balancer_port = %d
			  policy_names       = [aws_load_balancer_policy.self_tls.policy_name]
			}
		`, port, port)
	}
	return rule.To(rule.Add{Code: code})
}

// policied reports whether the listener on a port has a policy.
func policied(t *rule.Target, port graph.Value) bool {
	for _, a := range t.Attached("aws_load_balancer_listener_policy", "load_balancer_name").Items {
		if samePort(a.Attr("load_balancer_port"), port) != logic.False {
			return true
		}
	}
	return len(t.Attached("aws_lb_ssl_negotiation_policy", "load_balancer").Items) > 0
}
