package ec2

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// instances are the types that become EC2 instances. An Auto Scaling group
// stands for those that it launches.
var instances = []string{"aws_instance", "aws_spot_instance_request", autoScalingGroup}

const (
	autoScalingGroup    = "aws_autoscaling_group"
	launchTemplate      = "aws_launch_template"
	launchConfiguration = "aws_launch_configuration"
)

// A launch is what an instance is made from: its own settings, which win, and
// those of a launch template or launch configuration.
type launch struct {
	own      *graph.Resource // nil for an Auto Scaling group
	template *graph.Resource // nil if there is none, or if it is not declared here
	// open is unknown, with the cause, where there is or may be a template that
	// is not declared here; else absent.
	open graph.Value
}

// launchOf finds what the target's instances are made from.
func launchOf(t *rule.Target) launch {
	l := launch{open: graph.AbsentValue()}
	if t.Type != autoScalingGroup {
		l.own = t.Resource
		l.fromBlocks(t.Graph, t.Blocks("launch_template"), "id", "name")
		return l
	}
	if name := t.Attr("launch_configuration"); name.NonEmpty() != logic.False {
		l.from(t.Graph, name, launchConfiguration)
		return l
	}
	l.fromBlocks(t.Graph, t.Blocks("launch_template"), "id", "name")
	for _, mixed := range t.Blocks("mixed_instances_policy").Items {
		for _, b := range mixed.Blocks("launch_template").Items {
			l.fromBlocks(t.Graph, b.Blocks("launch_template_specification"), "launch_template_id", "launch_template_name")
		}
	}
	return l
}

// fromBlocks takes the template that the one block names by an attribute.
func (l *launch) fromBlocks(g *graph.Graph, bs graph.Blocks, attrs ...string) {
	for _, b := range bs.Items {
		if b.Maybe {
			l.open = graph.UnknownValue(b.Cause).From(graph.At(b.Location()))
			continue
		}
		for _, a := range attrs {
			if ref := b.Attr(a); ref.NonEmpty() != logic.False {
				l.from(g, ref, launchTemplate)
			}
		}
	}
}

func (l *launch) from(g *graph.Graph, ref graph.Value, typ string) {
	if r, ok := g.Referent(ref, typ); ok == logic.True {
		l.template, l.open = r, graph.AbsentValue()
		return
	}
	if l.template == nil {
		c := ref.Cause()
		if ref.Kind() != graph.KindUnknown {
			c.Text = ref.Display() + " is not declared here: only AWS knows what it says"
		}
		l.open = graph.UnknownValue(c).From(graph.At(ref.Location()))
	}
}

// setting is the value in effect: that of the instance at the path own, or else
// that of its launch template or launch configuration. It is absent where
// nothing sets it.
func (l launch) setting(own, template, configuration string) graph.Value {
	if l.own != nil {
		if v := l.own.Get(own); v.NonEmpty() != logic.False {
			return v
		}
	}
	switch {
	case l.template == nil:
		return l.open
	case l.template.Type == launchTemplate:
		return l.template.Get(template)
	}
	return l.template.Get(configuration)
}

// launchesNone is the verdict on an Auto Scaling group that may not hold any
// instance; ok is false for everything else.
func launchesNone(t *rule.Target) (v rule.Verdict, ok bool) {
	if t.Type != autoScalingGroup || t.Attr("max_size").Is("0") != logic.True {
		return rule.Verdict{}, false
	}
	return rule.Skip(t.Attr("max_size"), "max_size is 0: the group launches no instance").Named("max_size"), true
}
