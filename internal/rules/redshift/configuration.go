package redshift

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var configuration = rule.Rule{
	ID:     "REDSHIFT_CLUSTER_CONFIGURATION_CHECK",
	Types:  cluster,
	Assert: rule.With(evalConfiguration, repairConfiguration),
}

func evalConfiguration(t *rule.Target) rule.Verdict {
	var verdicts []rule.Verdict
	if want, _ := t.Param("clusterDbEncrypted").Bool(); want {
		v := t.Attr("encrypted").Or(graph.Bool(sinceVersion6(t)))
		verdicts = append(verdicts, rule.Require(v.IsTrue(), v, "encrypted is %s, must be true", t.Attr("encrypted").Display()).Named("encrypted"))
	}
	if want, _ := t.Param("loggingEnabled").Bool(); want {
		verdicts = append(verdicts, logging(t))
	}
	if nodeTypes := t.Param("nodeTypes").List(); len(nodeTypes) > 0 {
		v := t.Attr("node_type")
		verdicts = append(verdicts, rule.Require(v.OneOf(nodeTypes...), v, "node_type is %s, which is not among the allowed ones", v.Display()).Named("node_type"))
	}
	return rule.All(verdicts...)
}

// logging stands in a resource of its own; before version 6 of the provider it
// could stand in the cluster.
func logging(t *rule.Target) rule.Verdict {
	if inline := t.Blocks("logging"); inline.Exist() == logic.True {
		v := t.Get("logging.enable")
		if v.IsTrue() != logic.False {
			return rule.Require(v.IsTrue(), v, "logging.enable is %s", v.Display()).Named("logging.enable")
		}
	} else if inline.Exist() == logic.Unknown {
		return rule.Because(t.Here(), inline.Cause())
	}
	return rule.Missing(t, t.Attached("aws_redshift_logging", "cluster_identifier"), "audit logging is off: no logging block is enabled and no aws_redshift_logging refers to this cluster")
}
