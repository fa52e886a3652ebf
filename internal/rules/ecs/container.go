package ecs

import (
	"fmt"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

var taskDefinition = []string{"aws_ecs_task_definition"}

const definitions = "container_definitions"

// eachContainer is COMPLIANT if judge is for every container of a task
// definition. Container definitions are JSON text.
func eachContainer(t *rule.Target, judge func(container) rule.Verdict) rule.Verdict {
	v := t.Attr(definitions)
	list := v.JSON()
	found, ok := list.Elements()
	if list.Kind() == graph.KindMap {
		found, ok = []graph.Value{list}, true
	}
	switch {
	case !ok:
		return rule.Because(v, list.Cause()).Named(definitions)
	case len(found) == 0:
		return rule.Undecided(v, "%s has no container", definitions).Named(definitions)
	}
	verdicts := make([]rule.Verdict, len(found))
	for i, c := range found {
		verdicts[i] = judge(container{c, i, v}).Named(definitions)
	}
	return rule.All(verdicts...)
}

// A container is one of the definitions.
type container struct {
	graph.Value
	index int
	all   graph.Value // that it stands in
}

// field is a setting of the container. Like the provider's JSON decoder it does
// not mind case.
func (c container) field(name string) graph.Value {
	for _, k := range c.Keys() {
		if strings.EqualFold(k, name) {
			name = k
			break
		}
	}
	return c.Key(name).From(graph.At(c.all.Location()))
}

// String names the container for a message.
func (c container) String() string {
	if name, ok := c.field("name").Literal(); ok && !c.all.IsSensitive() {
		return fmt.Sprintf("container %q", name)
	}
	return fmt.Sprintf("container %d", c.index+1)
}
