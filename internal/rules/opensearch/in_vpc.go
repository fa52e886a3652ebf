package opensearch

import (
	"safeguard/internal/logic"
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
	case logic.False:
		return rule.Fail(t.Here(), "no vpc_options: the endpoint is public")
	case logic.Unknown:
		return rule.Because(t.Here(), options.Cause())
	}
	subnets := t.Get("vpc_options.subnet_ids")
	named := subnets.NonEmpty()
	if named == logic.Unknown && subnets.SourceType() != "" {
		named = logic.True // AWS refuses vpc_options if no subnet was found
	}
	return rule.Require(named, subnets, "vpc_options names no subnet: the endpoint is public").Named("vpc_options.subnet_ids")
}
