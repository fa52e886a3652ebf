package opensearch

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

// AWS does not say under which of its two types Config records a domain with an
// engine of Elasticsearch that the newer API made: both rules judge it.
var (
	elasticsearchDomain = []string{"aws_elasticsearch_domain", "aws_opensearch_domain"}
	openSearchDomain    = []string{"aws_opensearch_domain"}
)

// ofElasticsearch judges domains with an engine of Elasticsearch alone.
func ofElasticsearch(a rule.Assertion) rule.Assertion { return elasticsearchOnly{a} }

type elasticsearchOnly struct{ rule.Assertion }

// Eval skips domains with an engine of OpenSearch, which is the default of
// aws_opensearch_domain.
func (e elasticsearchOnly) Eval(t *rule.Target) rule.Verdict {
	engine := t.Attr("engine_version").Or(graph.String("OpenSearch"))
	switch {
	case t.Type == "aws_elasticsearch_domain" || strings.HasPrefix(engine.Text(), "Elasticsearch"):
		return e.Assertion.Eval(t)
	case !strings.HasPrefix(engine.Text(), "OpenSearch") && engine.Cause().Text != "":
		return rule.Because(engine, engine.Cause()).Named("engine_version")
	}
	return rule.Skip(engine, "a domain of OpenSearch").Named("engine_version")
}

var off = attr.Default(graph.Bool(false))

var (
	encryptsAtRest       = since{Assertion: attr.True("encrypt_at_rest.enabled", off), major: 5, minor: 1, notT2: true}
	encryptsBetweenNodes = since{Assertion: attr.True("node_to_node_encryption.enabled", off), major: 6}
)

var elasticsearchAtRest = rule.Rule{
	ID:     "ELASTICSEARCH_ENCRYPTED_AT_REST",
	Types:  elasticsearchDomain,
	Assert: ofElasticsearch(encryptsAtRest),
}

var atRest = rule.Rule{
	ID:     "OPENSEARCH_ENCRYPTED_AT_REST",
	Types:  openSearchDomain,
	Assert: encryptsAtRest,
}

var elasticsearchNodeToNode = rule.Rule{
	ID:     "ELASTICSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK",
	Types:  elasticsearchDomain,
	Assert: ofElasticsearch(encryptsBetweenNodes),
}

var nodeToNode = rule.Rule{
	ID:     "OPENSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK",
	Types:  openSearchDomain,
	Assert: encryptsBetweenNodes,
}
