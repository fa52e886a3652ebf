package backup

import (
	"fmt"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

const (
	autoScalingGroup = "aws_autoscaling_group"
	launchTemplate   = "aws_launch_template"
)

// instances are the types that become EC2 instances. An Auto Scaling group
// stands for those that it launches.
var instances = []string{"aws_instance", "aws_spot_instance_request", autoScalingGroup}

var ec2InPlan = rule.Rule{
	ID:     "EC2_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
	Types:  instances,
	Assert: rule.With(evalInstance, repairInPlan),
}

func evalInstance(t *rule.Target) rule.Verdict {
	if v, none := launchesNone(t); none {
		return v
	}
	stopped := stopped(t)
	if stopped.truth == logic.True {
		return rule.Skip(stopped.at, "the instance is stopped: AWS judges running ones alone")
	}
	v := protected(t, inPlan(t, instanceOf(t)))
	if v.Outcome() == rule.NonCompliant && stopped.truth == logic.Unknown {
		return rule.Because(stopped.at, stopped.cause())
	}
	return v
}

// launchesNone is the verdict on an Auto Scaling group that may not hold any
// instance; ok is false for everything else.
func launchesNone(t *rule.Target) (v rule.Verdict, ok bool) {
	if t.Type != autoScalingGroup || t.Attr("max_size").Is("0") != logic.True {
		return rule.Verdict{}, false
	}
	return rule.Skip(t.Attr("max_size"), "max_size is 0: the group launches no instance").Named("max_size"), true
}

// stopped decides whether the instance is stopped: as a state says, or because
// the configuration keeps it so.
func stopped(t *rule.Target) decision {
	if now := t.Attr("instance_state"); now.Is("stopped") == logic.True {
		return decision{logic.True, now}
	}
	states := t.Attached("aws_ec2_instance_state", "instance_id")
	if len(states.Items) > 0 {
		state := states.Items[0].Attr("state")
		return decision{state.Is("stopped"), state}
	}
	if states.Lacks == logic.Unknown && len(states.Possible) > 0 {
		return open(states.Cause, t.Location())
	}
	return decision{logic.False, t.Here()}
}

// instanceOf is the instance as AWS Backup sees it.
func instanceOf(t *rule.Target) source {
	s := sourceOf(t.Resource)
	if t.Type == autoScalingGroup {
		s.noun, s.part = "group's instances", true
		s.id = graph.UnknownValue(graph.Cause{Text: "the ids of the instances that " + t.Address + " launches are known only to AWS"})
		s.tags = propagated(t)
	}
	s.tags = append(s.tags, templateTags(t, "instance")...)
	return s
}

// propagated are the tags that an Auto Scaling group hands to its instances, to
// which the provider adds none.
func propagated(t *rule.Target) []graph.Value {
	var layers []graph.Value
	add := func(b graph.Block) {
		key := b.Attr("key")
		switch given := b.Attr("propagate_at_launch").IsTrue(); {
		case given == logic.False:
		case b.Maybe:
			layers = append(layers, graph.UnknownValue(b.Cause).From(graph.At(b.Location())))
		case given == logic.Unknown:
			layers = append(layers, b.Attr("propagate_at_launch"))
		case key.Kind() != graph.KindString:
			layers = append(layers, key)
		default:
			layers = append(layers, graph.Map(map[string]graph.Value{key.Text(): b.Attr("value")}))
		}
	}
	for _, typ := range []string{"tag", "tags"} {
		for _, b := range t.Blocks(typ).Items {
			add(b)
		}
	}
	return layers
}

// templateTags are the tags that a launch template gives to what it launches: to
// an "instance" or a "volume".
func templateTags(t *rule.Target, kind string) []graph.Value {
	var layers []graph.Value
	for _, ref := range templates(t) {
		template, found := t.Graph.Referent(ref, launchTemplate)
		if found != logic.True {
			c := ref.Cause()
			if ref.Kind() != graph.KindUnknown {
				c.Text = "the launch template " + ref.Display() + " is not declared here: only AWS knows its tags"
			}
			layers = append(layers, graph.UnknownValue(c).From(graph.At(ref.Location())))
			continue
		}
		for _, b := range template.Blocks("tag_specifications").Items {
			switch of := b.Attr("resource_type").Is(kind); {
			case of == logic.False:
			case of == logic.Unknown:
				layers = append(layers, b.Attr("resource_type"))
			case b.Maybe:
				layers = append(layers, graph.UnknownValue(b.Cause).From(graph.At(b.Location())))
			default:
				layers = append(layers, b.Attr("tags"))
			}
		}
	}
	return layers
}

// templates are the names and ids of the launch templates of a target.
func templates(t *rule.Target) []graph.Value {
	var refs []graph.Value
	add := func(bs graph.Blocks, attrs ...string) {
		for _, b := range bs.Items {
			for _, a := range attrs {
				ref := b.Attr(a)
				if b.Maybe {
					ref = graph.UnknownValue(b.Cause).From(graph.At(b.Location()))
				}
				// In a plan AWS's own name or id beside the one that is written.
				if ref.NonEmpty() != logic.False && (ref.Kind() != graph.KindUnknown || len(refs) == 0) {
					refs = append(refs, ref)
					break
				}
			}
		}
	}
	add(t.Blocks("launch_template"), "id", "name")
	for _, mixed := range t.Blocks("mixed_instances_policy").Items {
		for _, b := range mixed.Blocks("launch_template").Items {
			add(b.Blocks("launch_template_specification"), "launch_template_id", "launch_template_name")
		}
	}
	return refs
}

var ebsInPlan = rule.Rule{
	ID:     "EBS_IN_BACKUP_PLAN",
	Types:  append([]string{"aws_ebs_volume"}, instances...),
	Assert: rule.With(evalVolume, repairVolumes),
}

func evalVolume(t *rule.Target) rule.Verdict {
	if t.Type == "aws_ebs_volume" {
		return inPlan(t, sourceOf(t.Resource))
	}
	if v, none := launchesNone(t); none {
		return v
	}
	verdict := inPlan(t, launchedVolume(t, "instance's root volume", t.Blocks("root_block_device"), 0))
	for i := range t.Blocks("ebs_block_device").Items {
		noun := fmt.Sprintf("instance's ebs_block_device %d", i+1)
		verdict = rule.All(verdict, inPlan(t, launchedVolume(t, noun, t.Blocks("ebs_block_device"), i)))
	}
	return verdict
}

// launchedVolume is a volume that an instance starts with, described by the
// block of that index, if there is one. A plan that backs up the instance does
// not count for it.
func launchedVolume(t *rule.Target, noun string, blocks graph.Blocks, index int) source {
	const unknownID = "the ids of the volumes that %s starts with are known only to AWS"
	s := source{res: t.Resource, kind: volumeKind, part: true, noun: noun}
	s.id = graph.UnknownValue(graph.Cause{Text: fmt.Sprintf(unknownID, t.Address), Base: t.Address})
	s.tags = templateTags(t, "volume")
	if t.Type == autoScalingGroup {
		return s
	}
	own := []graph.Value{t.Attr("volume_tags")}
	if index < len(blocks.Items) {
		b := blocks.Items[index]
		tags := b.Attr("tags")
		if b.Maybe {
			tags = graph.UnknownValue(b.Cause).From(graph.At(b.Location()))
		}
		own = append(own, tags)
		if id := b.Attr("volume_id"); id.Kind() == graph.KindString { // in a state
			s.id = id
		}
	}
	// The provider's own tags reach volumes since version 5.
	if major := t.Graph.ProviderMajor; t.DefaultTags != nil && (major == 0 || major >= 5) {
		own = append(own, t.DefaultTags())
	}
	s.tags = append(own, s.tags...)
	return s
}
