package rds

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

var multiAZ = rule.Rule{
	ID:     "RDS_MULTI_AZ_SUPPORT",
	Types:  []string{"aws_db_instance"},
	Assert: rule.With(evalMultiAZ, repairMultiAZ),
}

func evalMultiAZ(t *rule.Target) rule.Verdict {
	engine := t.Attr("engine")
	if s, ok := engine.Literal(); ok && (strings.HasPrefix(strings.ToLower(s), "aurora") || s == "docdb" || s == "neptune") {
		return rule.Skip(engine, "instances of %s are not evaluated", s)
	}
	v := t.Attr("multi_az").Or(graph.Bool(false))
	return rule.Require(v.IsTrue(), v, "multi_az is %s, must be true", t.Attr("multi_az").Display()).Named("multi_az")
}
