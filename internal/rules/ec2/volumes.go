package ec2

import (
	"fmt"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var encryptedVolumes = rule.Rule{
	ID:     "ENCRYPTED_VOLUMES",
	Types:  append([]string{"aws_ebs_volume"}, instances...),
	Assert: rule.With(evalVolumes, repairVolumes),
}

// repairVolumes encrypts what a group will launch. For the rest there is none:
// unlike a database a volume cannot be restored in the apply that replaces it.
func repairVolumes(t *rule.Target) rule.Repair {
	if t.Type == "aws_ebs_volume" {
		return rule.CannotRepair("encryption makes the volume anew, empty, and no snapshot of the old one can stand in the same code: its id is AWS's choice, and a reference to the volume would be a cycle. Snapshot it by hand, restore the encrypted copy, and move what is mounted")
	}
	if t.Type == autoScalingGroup {
		return repairLaunchedVolumes(t)
	}
	return rule.CannotRepair("encryption makes the volumes anew, and the instance with them: snapshot what they hold, set encrypted, and restore it")
}

// repairLaunchedVolumes encrypts the volumes that the launch template mentions,
// with the key of the account for volumes, which Auto Scaling may use: another one
// would have to let its role in. Instances that run keep theirs until the group
// replaces them.
func repairLaunchedVolumes(t *rule.Target) rule.Repair {
	l := launchOf(t)
	switch {
	case l.template == nil:
		return rule.CannotRepair("its launch template is not declared here: encrypt the volumes there")
	case l.template.Type == launchConfiguration:
		return rule.CannotRepair("a launch configuration cannot be changed, and AWS makes no new ones for new accounts: move the group to a launch template with encrypted volumes")
	}
	var r rule.Repair
	root := logic.False
	for _, b := range l.template.Blocks("block_device_mappings").Items {
		root = root.Or(rootDevice(t.Graph, b.Attr("device_name")))
		for _, ebs := range b.Blocks("ebs").Items {
			if ebs.Attr("encrypted").IsTrue() != logic.True {
				r.Changes = append(r.Changes, rule.Set{On: l.template, At: ebs.Location(), Code: "encrypted = true"})
			}
		}
	}
	if root != logic.True {
		return rule.CannotRepair("the launch template says nothing of the root volume, whose device the image names: add a block_device_mappings for it with ebs { encrypted = true }")
	}
	return launched(t, l.template, r)
}

// launched is a repair of a group's launch template with what makes the group
// launch by it: it goes by a version, the default one unless it says otherwise.
func launched(t *rule.Target, template *graph.Resource, r rule.Repair) rule.Repair {
	version := graph.AbsentValue()
	for _, b := range t.Blocks("launch_template").Items {
		version = b.Attr("version")
	}
	for _, mixed := range t.Blocks("mixed_instances_policy").Items {
		for _, b := range mixed.Blocks("launch_template").Items {
			for _, specification := range b.Blocks("launch_template_specification").Items {
				version = specification.Attr("version")
			}
		}
	}
	attribute := ""
	for _, ref := range version.Refs() {
		attribute = ref.Attribute
	}
	switch {
	case version.Is("$Latest") == logic.True, attribute == "latest_version", template.Attr("update_default_version").IsTrue() == logic.True:
		return r
	case version.NonEmpty() != logic.False && version.Is("$Default") != logic.True && attribute != "default_version":
		return rule.CannotRepair("the group launches version " + version.Display() + " of its launch template, which a change does not touch: let it launch $Latest")
	case template.Attr("default_version").NonEmpty() != logic.False:
		return rule.CannotRepair("the launch template names its default version, which a change does not touch: let the group launch $Latest")
	}
	r.Changes = append(r.Changes, rule.Set{On: template, Code: "update_default_version = true"})
	return r
}

func evalVolumes(t *rule.Target) rule.Verdict {
	if t.Type == "aws_ebs_volume" {
		return evalVolume(t)
	}
	if v, none := launchesNone(t); none {
		return v
	}
	return evalLaunched(t)
}

// evalVolume judges a volume of its own. AWS skips one that is not attached.
func evalVolume(t *rule.Target) rule.Verdict {
	attached := t.Attached("aws_volume_attachment", "volume_id")
	if attached.Lacks == logic.True {
		return rule.Skip(t.Here(), "no aws_volume_attachment attaches this volume: AWS judges attached ones alone")
	}
	verdict := judgeVolume(t, volume{
		label: "the volume", encrypted: t.Attr("encrypted"), key: t.Attr("kms_key_id"),
		source: source{t.Attr("snapshot_id"), false},
	})
	if verdict.Outcome() == rule.NonCompliant && attached.Lacks == logic.Unknown {
		return rule.Because(t.Here(), attached.Cause)
	}
	return verdict
}

// A volume is a volume that stands by itself or is made with an instance.
type volume struct {
	label     string
	encrypted graph.Value
	key       graph.Value
	source    source
	root      logic.Truth // is it the volume that the instance starts from?
}

// judgeVolume is the verdict on one volume.
func judgeVolume(t *rule.Target, v volume) rule.Verdict {
	encrypted := encryption(t, v.encrypted, v.source, 0)
	verdict := rule.Require(encrypted.IsTrue(), encrypted, "%s is not encrypted: encrypted is %s", v.label, v.encrypted.Display()).Named("encrypted")
	wanted := t.Param("kmsId").String()
	if wanted == "" || verdict.Outcome() != rule.Compliant {
		return verdict
	}
	same := v.key.Is(wanted)
	if s, ok := v.key.Literal(); ok {
		same = logic.Of(keyID(s) == keyID(wanted))
	}
	return rule.Require(same, v.key, "%s is encrypted with the key %s, must be %s", v.label, v.key.Display(), wanted).Named("kms_key_id")
}

// keyID is the id in the ARN of a key, or the id itself.
func keyID(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// evalLaunched judges the volumes that are made when an instance starts.
func evalLaunched(t *rule.Target) rule.Verdict {
	l := launchOf(t)
	image := source{l.setting("ami", "image_id", "image_id"), true}
	volumes := launchedVolumes(t, l, image)
	root := logic.False
	verdict := rule.Pass(logic.True, t.Here(), "")
	for _, v := range volumes {
		root = root.Or(v.root)
		verdict = rule.All(verdict, judgeVolume(t, v))
	}
	if root == logic.True {
		return verdict
	}
	// Every instance has a root volume, mentioned or not.
	implied := judgeVolume(t, volume{label: "the root volume", encrypted: graph.AbsentValue().From(graph.At(t.Location())), source: image})
	if implied.Outcome() == rule.NonCompliant {
		switch {
		case l.open.Kind() == graph.KindUnknown:
			implied = rule.Because(l.open, l.open.Cause())
		case root == logic.Unknown:
			implied = rule.Undecided(t.Here(), "it is not known which device is the root volume, and %s", implied.Annotation())
		}
	}
	return rule.All(verdict, implied)
}

// launchedVolumes lists the volumes that the instance or its template mentions.
func launchedVolumes(t *rule.Target, l launch, image source) []volume {
	var volumes []volume
	if l.own != nil {
		volumes = blockDevices(l.own, image)
	}
	switch {
	case l.template == nil:
		return volumes
	case l.template.Type == launchConfiguration:
		return append(volumes, blockDevices(l.template, image)...)
	}
	ownRoot := len(volumes) > 0 && volumes[0].root == logic.True
	for i, b := range l.template.Blocks("block_device_mappings").Items {
		root := rootDevice(t.Graph, b.Attr("device_name"))
		if root == logic.True && ownRoot {
			continue // the instance's own root_block_device wins
		}
		for _, ebs := range b.Blocks("ebs").Items {
			label := fmt.Sprintf("block_device_mappings %d of %s", i+1, l.template.Address)
			volumes = append(volumes, newVolume(label, ebs, b.Maybe, root, image))
		}
	}
	return volumes
}

// blockDevices lists the volumes of an instance or launch configuration, that
// of the root first.
func blockDevices(r *graph.Resource, image source) []volume {
	var volumes []volume
	for _, b := range r.Blocks("root_block_device").Items {
		volumes = append(volumes, newVolume("the root volume", b, b.Maybe, logic.True, image))
	}
	for i, b := range r.Blocks("ebs_block_device").Items {
		volumes = append(volumes, newVolume(fmt.Sprintf("ebs_block_device %d", i+1), b, b.Maybe, logic.False, image))
	}
	return volumes
}

func newVolume(label string, b graph.Block, maybe bool, root logic.Truth, image source) volume {
	v := volume{label: label, encrypted: b.Attr("encrypted"), key: b.Attr("kms_key_id"), root: root}
	v.source = source{b.Attr("snapshot_id"), false}
	if root == logic.True && v.source.ref.NonEmpty() == logic.False {
		v.source = image
	}
	if maybe {
		v.root = v.root.And(logic.Unknown)
	}
	return v
}

// rootDevice decides whether a device name is that of an image's root volume.
func rootDevice(g *graph.Graph, name graph.Value) logic.Truth {
	if r := base(g, name); r != nil && r.Type == "aws_ami" {
		return logic.True // its root_device_name
	}
	return name.OneOf("/dev/xvda", "/dev/sda1")
}
