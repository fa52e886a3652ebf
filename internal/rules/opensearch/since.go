package opensearch

import (
	"fmt"
	"strconv"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// A since is an assertion whose repair AWS refuses for engines older than a
// version of Elasticsearch, and, at rest, for T2 instances:
// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/encryption-at-rest.html,
// ntn.html and supported-instance-types.html there.
type since struct {
	rule.Assertion
	major, minor int
	notT2        bool
}

// oldest is the version of a domain that asks for none:
// "it defaults to 1.5", https://github.com/aws/aws-cli/issues/2081.
const oldest = "1.5"

func (s since) Repair(t *rule.Target) rule.Repair {
	engine := t.Attr("elasticsearch_version").Or(graph.String(oldest)).Text()
	if t.Type == "aws_opensearch_domain" {
		engine, _ = strings.CutPrefix(t.Attr("engine_version").Text(), "Elasticsearch_")
	}
	if older(engine, s.major, s.minor) {
		return rule.CannotRepair(fmt.Sprintf("Elasticsearch %s cannot do that: upgrade the domain to %d.%d or later first", engine, s.major, s.minor))
	}
	for _, c := range t.Blocks("cluster_config").Items {
		if size := c.Attr("instance_type").Text(); s.notT2 && strings.HasPrefix(size, "t2.") {
			return rule.CannotRepair(fmt.Sprintf("instances of type %s cannot do that: move the domain to others, such as t3, first", size))
		}
	}
	return s.Assertion.Repair(t)
}

// older reports whether a version such as 5.6 is below another one; what is no
// such version is not.
func older(version string, major, minor int) bool {
	x, y, _ := strings.Cut(version, ".")
	a, err := strconv.Atoi(x)
	b, _ := strconv.Atoi(y)
	return err == nil && (a < major || a == major && b < minor)
}
