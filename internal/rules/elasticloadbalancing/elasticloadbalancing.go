// Package elasticloadbalancing holds the rules about Elastic Load Balancing.
package elasticloadbalancing

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	acmCertificate,
	acmCertificateV2,
	crossZone,
	deletionProtection,
	httpsRedirection,
	listenersEncrypted,
	logging,
	predefinedPolicy,
	wafEnabled,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
