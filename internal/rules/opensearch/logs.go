package opensearch

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var elasticsearchLogs = rule.Rule{
	ID:     "ELASTICSEARCH_LOGS_TO_CLOUDWATCH",
	Types:  elasticsearchDomain,
	Assert: ofElasticsearch(rule.With(evalLogs, repairLogs)),
}

var logs = rule.Rule{
	ID:     "OPENSEARCH_LOGS_TO_CLOUDWATCH",
	Types:  openSearchDomain,
	Assert: rule.With(evalLogs, repairLogs),
}

// logTypes are the log types of the API by the words of the parameter.
var logTypes = map[string]string{
	"search": "SEARCH_SLOW_LOGS",
	"index":  "INDEX_SLOW_LOGS",
	"error":  "ES_APPLICATION_LOGS",
	"audit":  "AUDIT_LOGS",
}

// One published log type is enough, or all of those that the parameter names.
func evalLogs(t *rule.Target) rule.Verdict {
	options := t.Blocks("log_publishing_options")
	published := func(typ string) logic.Truth {
		return options.Any(func(b graph.Block) logic.Truth {
			enabled := b.Attr("enabled").Or(graph.Bool(true)).IsTrue()
			if typ == "" {
				return enabled
			}
			return enabled.And(b.Attr("log_type").Is(typ))
		})
	}
	result, missing := published(""), "any log"
	for _, word := range t.Param("logTypes").List() {
		if one := published(logTypes[strings.ToLower(word)]); one != logic.True {
			result, missing = result.And(one), "the log type "+word
		}
	}
	return rule.Require(result, open(t, options), "no log_publishing_options publishes %s", missing)
}

// open is the value to name for options that are not known.
func open(t *rule.Target, options graph.Blocks) graph.Value {
	if c := options.Cause(); c.Text != "" {
		return graph.UnknownValue(c).From(graph.At(t.Location()))
	}
	for _, b := range options.Items {
		for _, name := range []string{"enabled", "log_type"} {
			if v := b.Attr(name); v.Cause().Text != "" {
				return v
			}
		}
	}
	return t.Here()
}
