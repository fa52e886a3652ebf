// Package opensearch holds the rules about Amazon OpenSearch Service, also for Elasticsearch domains.
package opensearch

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	elasticsearchAtRest,
	elasticsearchInVPC,
	elasticsearchLogs,
	elasticsearchNodeToNode,
	atRest,
	httpsRequired,
	inVPC,
	logs,
	nodeToNode,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
