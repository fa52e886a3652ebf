package elasticbeanstalk

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var managedUpdatesEnabled = rule.Rule{
	ID:     "ELASTIC_BEANSTALK_MANAGED_UPDATES_ENABLED",
	Types:  []string{"aws_elastic_beanstalk_environment"},
	Assert: rule.With(evalManagedUpdates, repairManagedUpdates),
}

const (
	managedActions = "aws:elasticbeanstalk:managedactions"
	platformUpdate = "aws:elasticbeanstalk:managedactions:platformupdate"
)

func evalManagedUpdates(t *rule.Target) rule.Verdict {
	enabled := setting(t, managedActions, "ManagedActionsEnabled")
	verdict := rule.Require(enabled.IsFold("true"), enabled, "the setting ManagedActionsEnabled of %s is %s, must be \"true\"", managedActions, enabled.Display())
	if level := t.Param("UpdateLevel"); level.IsSet() {
		v := setting(t, platformUpdate, "UpdateLevel")
		verdict = rule.All(verdict, rule.Require(v.Is(level.String()), v, "the setting UpdateLevel of %s is %s, must be %q", platformUpdate, v.Display(), level))
	}
	return verdict
}

// setting is an option of the environment: its own, or that of its
// configuration template.
func setting(t *rule.Target, namespace, name string) graph.Value {
	own := option(t.Blocks("setting"), namespace, name)
	if own.Kind() != graph.KindAbsent {
		return own
	}
	ref := t.Attr("template_name")
	switch template, found := t.Graph.Referent(ref, "aws_elastic_beanstalk_configuration_template"); {
	case found == logic.True:
		return option(template.Blocks("setting"), namespace, name)
	case ref.NonEmpty() != logic.False:
		return graph.UnknownValue(graph.Cause{Text: "the configuration template of the environment is not in this configuration"}).From(graph.At(t.Location()))
	}
	return graph.AbsentValue().From(graph.At(t.Location()))
}

// option finds a setting by namespace and name; it is unknown where a block
// that may be it is.
func option(settings graph.Blocks, namespace, name string) graph.Value {
	result := graph.AbsentValue().From(graph.At(settings.At))
	for _, s := range settings.Items {
		switch s.Attr("namespace").Is(namespace).And(s.Attr("name").Is(name)) {
		case logic.True:
			if s.Maybe {
				return graph.UnknownValue(s.Cause).From(graph.At(s.Location()))
			}
			return s.Attr("value")
		case logic.Unknown:
			c := s.Cause
			for _, a := range []string{"namespace", "name"} {
				if c.Text == "" {
					c = s.Attr(a).Cause()
				}
			}
			result = graph.UnknownValue(c).From(graph.At(s.Location()))
		}
	}
	return result
}
