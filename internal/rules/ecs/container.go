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
	found, ok := containers(v)
	switch {
	case !ok:
		return rule.Because(v, v.JSON().Cause()).Named(definitions)
	case len(found) == 0:
		return rule.Undecided(v, "%s has no container", definitions).Named(definitions)
	}
	verdicts := make([]rule.Verdict, len(found))
	for i, c := range found {
		verdicts[i] = judge(c).Named(definitions)
	}
	return rule.All(verdicts...)
}

// containers are those that the definitions hold, if that is known.
func containers(v graph.Value) (all []container, known bool) {
	list := v.JSON()
	found, ok := list.Elements()
	if list.Kind() == graph.KindMap {
		found, ok = []graph.Value{list}, true
	}
	for i, c := range found {
		all = append(all, container{c, i, v})
	}
	return all, ok
}

// A container is one of the definitions.
type container struct {
	graph.Value
	index int
	all   graph.Value // that it stands in
}

// field is a setting of the container.
func (c container) field(name string) graph.Value {
	return member(c.Value, name).From(graph.At(c.all.Location()))
}

// spelled is the name of a setting as the container spells it.
func (c container) spelled(name string) string { return spelled(c.Value, name) }

// member is a setting of an object. Like the provider's JSON decoder it does not
// mind case.
func member(v graph.Value, name string) graph.Value { return v.Key(spelled(v, name)) }

func spelled(v graph.Value, name string) string {
	for _, k := range v.Keys() {
		if strings.EqualFold(k, name) {
			return k
		}
	}
	return name
}

// String names the container for a message.
func (c container) String() string {
	if name, ok := c.field("name").Literal(); ok && !c.all.IsSensitive() {
		return fmt.Sprintf("container %q", name)
	}
	return fmt.Sprintf("container %d", c.index+1)
}
