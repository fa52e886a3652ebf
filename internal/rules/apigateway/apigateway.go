// Package apigateway holds the rules about Amazon API Gateway.
package apigateway

import (
	"embed"

	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	clientCertificate,
	executionLogging,
	wafAssociated,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS

// Before version 6 of the provider a deployment that names a stage makes one
// too. A deployment without a stage is none of the rules' business.
func stageless(t *rule.Target) (v rule.Verdict, ok bool) {
	if t.Type != "aws_api_gateway_deployment" {
		return v, false
	}
	name := t.Attr("stage_name")
	switch name.NonEmpty() {
	case logic.False:
		return rule.Skip(name, "the deployment makes no stage"), true
	case logic.Unknown:
		return rule.Because(name, name.Cause()), true
	}
	return v, false
}

// restStages are the types that make stages of REST APIs.
var restStages = []string{"aws_api_gateway_stage", "aws_api_gateway_deployment"}
