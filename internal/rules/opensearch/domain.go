package opensearch

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

// AWS Config records a domain under the type of the API that made it: rules
// about Elasticsearch see aws_elasticsearch_domain alone, whatever its engine.
var (
	elasticsearchDomain = []string{"aws_elasticsearch_domain"}
	openSearchDomain    = []string{"aws_opensearch_domain"}
)

var off = attr.Default(graph.Bool(false))

var elasticsearchAtRest = rule.Rule{
	ID:     "ELASTICSEARCH_ENCRYPTED_AT_REST",
	Types:  elasticsearchDomain,
	Assert: attr.True("encrypt_at_rest.enabled", off),
}

var atRest = rule.Rule{
	ID:     "OPENSEARCH_ENCRYPTED_AT_REST",
	Types:  openSearchDomain,
	Assert: attr.True("encrypt_at_rest.enabled", off),
}

var elasticsearchNodeToNode = rule.Rule{
	ID:     "ELASTICSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK",
	Types:  elasticsearchDomain,
	Assert: attr.True("node_to_node_encryption.enabled", off),
}

var nodeToNode = rule.Rule{
	ID:     "OPENSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK",
	Types:  openSearchDomain,
	Assert: attr.True("node_to_node_encryption.enabled", off),
}
