package apigateway

import (
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairClientCertificate lets the backend tell the API's calls from others;
// that it does is a step of its own, and nothing breaks before.
func repairClientCertificate(t *rule.Target) rule.Repair {
	if t.Type == "aws_api_gateway_deployment" {
		return rule.CannotRepair("declare an aws_api_gateway_stage for the deployment first")
	}
	return rule.To(
		rule.Add{Code: `
			resource "aws_api_gateway_client_certificate" "self" {
			  description = "Shown to the backend of the API"
			}
		`},
		rule.Set{Code: "client_certificate_id = aws_api_gateway_client_certificate.self.id"},
	)
}

func repairWAF(t *rule.Target) rule.Repair {
	if t.Type == "aws_api_gateway_deployment" {
		return rule.CannotRepair("declare an aws_api_gateway_stage for the deployment first")
	}
	return rule.To(rule.Add{Code: `
		resource "aws_wafv2_web_acl_association" "self" {
		  resource_arn = self.arn
		  web_acl_arn  = shared.web_acl.arn
		}
	`})
}

// repairExecutionLogging logs errors. Requests and responses, which may hold
// health data, stay out of the log.
func repairExecutionLogging(t *rule.Target) rule.Repair {
	switch t.Type {
	case "aws_api_gateway_deployment":
		return rule.CannotRepair("declare an aws_api_gateway_stage for the deployment first")
	case "aws_apigatewayv2_stage":
		return rule.To(rule.Set{Code: `
			default_route_settings {
			  logging_level = "ERROR"
			}
		`})
	}
	var r rule.Repair
	for _, s := range t.Graph.OfType("aws_api_gateway_method_settings") {
		if ofStage(t, s) == logic.True && level(t, s.Get("settings.logging_level")) == logic.False && (s.Attr("method_path").Is("*/*") == logic.True || s.Get("settings.logging_level").IsSet() == logic.True) {
			r.Changes = append(r.Changes, rule.Set{On: s, Code: `
				settings {
				  logging_level = "ERROR"
				}
			`})
		}
	}
	if len(r.Changes) > 0 {
		return r
	}
	return rule.To(rule.Add{Code: `
		resource "aws_api_gateway_method_settings" "self" {
		  rest_api_id = self.rest_api_id
		  stage_name  = self.stage_name
		  method_path = "*/*"

		  settings {
		    logging_level      = "ERROR"
		    metrics_enabled    = true
		    data_trace_enabled = false
		  }

		  depends_on = [shared.api_gateway_account]
		}
	`})
}
