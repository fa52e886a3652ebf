package ecs

import (
	"fmt"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var readonlyAccess = rule.Rule{
	ID:    "ECS_CONTAINERS_READONLY_ACCESS",
	Types: taskDefinition,
	Assert: rule.With(func(t *rule.Target) rule.Verdict {
		return eachContainer(t, func(c container) rule.Verdict {
			v := c.field(readonlyRoot)
			return rule.Require(v.IsTrue(), v, "%s: %s is %s, must be true", c, readonlyRoot, v.Display())
		})
	}, repairReadonly),
}

const readonlyRoot = "readonlyRootFilesystem"

// repairReadonly makes the root file systems read-only, and mounts an empty volume
// at /tmp, which is what most applications write to: a volume without a host path
// lives as long as the task, on Fargate and EC2 alike. Fargate has no tmpfs.
func repairReadonly(t *rule.Target) rule.Repair {
	if why := needsRoot(t); why != "" {
		return rule.CannotRepair(why)
	}
	all, _ := containers(t.Attr(definitions))
	r := rule.Repair{Notes: []string{"/tmp is all that the containers can write to, and if an image has another user than root, its Dockerfile has to say VOLUME /tmp: try it before it goes live"}}
	for _, c := range all {
		if c.field(readonlyRoot).IsTrue() == logic.True {
			continue
		}
		code := c.spelled(readonlyRoot) + " = true\n"
		has, known := c.writesTmp()
		if !known {
			return rule.CannotRepair(c.String() + ": what is mounted at /tmp is not known: mount volumes for what it writes, then set " + readonlyRoot + " to true")
		}
		if !has {
			volume, ok := c.volume(len(all))
			if !ok {
				return rule.CannotRepair(c.String() + ": its name is not known, after which a volume for /tmp would be named: mount one, then set " + readonlyRoot + " to true")
			}
			code += fmt.Sprintf("%s = [{ sourceVolume = %q, containerPath = \"/tmp\", readOnly = false }]\n", c.spelled("mountPoints"), volume)
			r.Changes = append(r.Changes, rule.Append{On: t.Resource, Code: fmt.Sprintf("volume {\n  name = %q\n}", volume)})
		}
		r.Changes = append(r.Changes, rule.Encoded{On: t.Resource, Path: definitions, Index: c.index, Code: code})
	}
	return r
}

// needsRoot says why containers have to write to their root file systems.
func needsRoot(t *rule.Target) string {
	for _, b := range t.Blocks("runtime_platform").Items {
		family := b.Attr("operating_system_family")
		if name, known := family.Literal(); known && strings.HasPrefix(name, "WINDOWS") {
			return "Windows containers have no read-only root file system: document an exception (safeguard exceptions suggest)"
		} else if !known && family.Kind() == graph.KindUnknown {
			return "Windows containers have no read-only root file system, and the operating system is not known"
		}
	}
	services := t.Attached("aws_ecs_service", "task_definition")
	for _, s := range append(services.Items, services.Possible...) {
		if s.Attr("enable_execute_command").IsTrue() != logic.False {
			return s.Address + " may use ECS Exec, whose agent writes to the root file system: set enable_execute_command to false, or document an exception (safeguard exceptions suggest)"
		}
	}
	return ""
}

// writesTmp decides whether something that can be written to is mounted at /tmp
// already, and whether that is known.
func (c container) writesTmp() (has, known bool) {
	for _, mounts := range []graph.Value{c.field("mountPoints"), member(member(c.Value, "linuxParameters"), "tmpfs")} {
		all, ok := mounts.Elements()
		if !ok && mounts.IsSet() != logic.False {
			return false, false
		}
		for _, m := range all {
			path, ok := member(m, "containerPath").Literal()
			if !ok {
				return false, false
			}
			if strings.TrimSuffix(path, "/") == "/tmp" {
				return true, member(m, "readOnly").IsTrue() == logic.False
			}
		}
	}
	return false, true
}

// volume is the name of a volume for /tmp: each of several containers has its own.
func (c container) volume(of int) (string, bool) {
	if of == 1 {
		return "tmp", true
	}
	name, ok := c.field("name").Literal()
	return "tmp-" + name, ok
}
