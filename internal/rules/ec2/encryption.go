package ec2

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var encryptionByDefault = rule.Rule{
	ID:     "EC2_EBS_ENCRYPTION_BY_DEFAULT",
	Assert: rule.Func(evalEncryptionByDefault),
}

func evalEncryptionByDefault(t *rule.Target) rule.Verdict {
	return rule.Somewhere(t, "aws_ebs_encryption_by_default",
		func(r *graph.Resource) (logic.Truth, graph.Value) {
			v := r.Attr("enabled").Or(graph.Bool(true))
			return v.IsTrue(), v
		},
		"encryption by default is turned off", "aws_ebs_encryption_by_default")
}

// A source is what a volume is made of: a snapshot or an image, if any.
type source struct {
	ref     graph.Value
	isImage bool
}

// maxChain bounds how many copies of copies are followed.
const maxChain = 8

// encryption is whether a volume is encrypted: because it says so, because the
// Region encrypts all volumes by default (even one that says false), or because
// what it is made of is encrypted.
func encryption(t *rule.Target, own graph.Value, from source, depth int) graph.Value {
	if own.IsTrue() == logic.True {
		return own
	}
	byDefault := defaultEncryption(t)
	if byDefault.IsTrue() == logic.True {
		return byDefault
	}
	if inherited := sourceEncryption(t, from, depth); inherited.IsTrue() != logic.False {
		return inherited
	}
	if byDefault.IsTrue() == logic.Unknown {
		return byDefault
	}
	return own.Or(graph.Bool(false))
}

// defaultEncryption is whether this configuration turns on encryption by
// default in the target's Region.
func defaultEncryption(t *rule.Target) graph.Value {
	result := graph.Bool(false).From(graph.At(t.Location()))
	for _, d := range t.Graph.OfType("aws_ebs_encryption_by_default") {
		v := d.Attr("enabled").Or(graph.Bool(true))
		on := v.IsTrue().And(sameRegion(d, t.Resource))
		switch {
		case on == logic.False:
		case d.Maybe:
			result = graph.UnknownValue(d.Cause).From(graph.At(d.Location()))
		case on == logic.True:
			return v
		case v.IsTrue() == logic.Unknown:
			result = v
		default:
			result = graph.UnknownValue(graph.Cause{Text: "the Region of " + d.Address + " is not known"}).From(graph.At(d.Location()))
		}
	}
	return result
}

// sameRegion decides whether a setting for a Region is one for the resource.
func sameRegion(setting, r *graph.Resource) logic.Truth {
	switch {
	case setting.Region == r.Region:
		return logic.True
	case setting.Region == "" || r.Region == "":
		return logic.Unknown
	}
	return logic.False
}

// sourceEncryption is whether a snapshot or image is encrypted. An image that is
// not declared here is taken to be plain, as public ones are; of a snapshot only
// AWS knows.
func sourceEncryption(t *rule.Target, from source, depth int) graph.Value {
	if from.ref.NonEmpty() == logic.False {
		return graph.Bool(false)
	}
	r, found := t.Graph.Referent(from.ref, "aws_ebs_snapshot", "aws_ebs_snapshot_copy", "aws_ami", "aws_ami_copy")
	switch {
	case depth > maxChain:
		return graph.UnknownValue(graph.Cause{Text: "the snapshots are copies of each other"}).From(graph.At(from.ref.Location()))
	case found == logic.True:
		return declaredEncryption(t, r, depth+1)
	case from.isImage:
		return graph.Bool(false)
	case from.ref.Kind() == graph.KindUnknown:
		return from.ref
	}
	return graph.UnknownValue(graph.Cause{Text: "the snapshot " + from.ref.Display() + " is not declared here: only AWS knows whether it is encrypted"}).From(graph.At(from.ref.Location()))
}

// declaredEncryption is whether a declared snapshot or image is encrypted.
func declaredEncryption(t *rule.Target, r *graph.Resource, depth int) graph.Value {
	if v := r.Attr("encrypted"); v.IsTrue() != logic.False {
		return v
	}
	switch r.Type {
	case "aws_ebs_snapshot":
		if volume, ok := t.Graph.Referent(r.Attr("volume_id"), "aws_ebs_volume"); ok == logic.True {
			return encryption(t, volume.Attr("encrypted"), source{volume.Attr("snapshot_id"), false}, depth)
		}
		return graph.UnknownValue(graph.Cause{Text: "the volume of " + r.Address + " is not declared here: only AWS knows whether it is encrypted"}).From(graph.At(r.Location()))
	case "aws_ebs_snapshot_copy":
		return sourceEncryption(t, source{r.Attr("source_snapshot_id"), false}, depth)
	case "aws_ami_copy":
		return sourceEncryption(t, source{r.Attr("source_ami_id"), true}, depth)
	}
	for _, b := range r.Blocks("ebs_block_device").Items {
		if b.Attr("device_name").OneOf("/dev/xvda", "/dev/sda1", r.Attr("root_device_name").Text()) == logic.True {
			return encryption(t, b.Attr("encrypted"), source{b.Attr("snapshot_id"), false}, depth)
		}
	}
	return graph.Bool(false)
}
