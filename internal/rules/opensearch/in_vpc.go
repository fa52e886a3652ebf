package opensearch

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

var elasticsearchInVPC = rule.Rule{
	ID:     "ELASTICSEARCH_IN_VPC_ONLY",
	Types:  elasticsearchDomain,
	Assert: ofElasticsearch(rule.Func(evalInVPC)),
}

var inVPC = rule.Rule{
	ID:     "OPENSEARCH_IN_VPC_ONLY",
	Types:  openSearchDomain,
	Assert: rule.Func(evalInVPC),
}

func evalInVPC(t *rule.Target) rule.Verdict {
	options := t.Blocks("vpc_options")
	switch options.Exist() {
	case graph.False:
		return rule.Fail(t.Here(), "no vpc_options: the endpoint is public")
	case graph.Unknown:
		return rule.Because(t.Here(), options.Cause())
	}
	subnets := t.Get("vpc_options.subnet_ids")
	named := subnets.NonEmpty()
	if named == graph.Unknown && subnets.SourceType() != "" {
		named = graph.True // AWS refuses vpc_options if no subnet was found
	}
	return rule.Require(named, subnets, "vpc_options names no subnet: the endpoint is public").Named("vpc_options.subnet_ids")
}
