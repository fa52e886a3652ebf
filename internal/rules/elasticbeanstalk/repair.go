package elasticbeanstalk

import (
	"fmt"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairManagedUpdates lets AWS apply updates of minor versions at night.
func repairManagedUpdates(t *rule.Target) rule.Repair {
	if t.Attr("template_name").NonEmpty() == logic.True {
		return rule.CannotRepair("the environment has a configuration template: change its settings there")
	}
	level := t.Param("UpdateLevel").String()
	if level == "" {
		level = "minor"
	}
	var r rule.Repair
	for _, s := range []struct{ namespace, name, value string }{
		{managedActions, "ManagedActionsEnabled", "true"},
		{managedActions, "PreferredStartTime", "Sun:03:00"},
		{platformUpdate, "UpdateLevel", level},
	} {
		have, found := blockOf(t, s.namespace, s.name)
		switch {
		case found && s.name == "PreferredStartTime":
		case found:
			r.Changes = append(r.Changes, rule.Set{At: have.Location(), Code: fmt.Sprintf("value = %q", s.value)})
		default:
			r.Changes = append(r.Changes, rule.Append{Code: fmt.Sprintf("setting {\nnamespace = %q\nname = %q\nvalue = %q\n}", s.namespace, s.name, s.value)})
		}
	}
	return r
}

// blockOf finds the block of a setting.
func blockOf(t *rule.Target, namespace, name string) (graph.Block, bool) {
	for _, b := range t.Blocks("setting").Items {
		if b.Attr("namespace").Is(namespace) == logic.True && b.Attr("name").Is(name) == logic.True {
			return b, true
		}
	}
	return graph.Block{}, false
}
