package ecs

import (
	"safeguard/internal/rule"
)

var readonlyAccess = rule.Rule{
	ID:    "ECS_CONTAINERS_READONLY_ACCESS",
	Types: taskDefinition,
	Assert: rule.Unrepaired(func(t *rule.Target) rule.Verdict {
		return eachContainer(t, func(c container) rule.Verdict {
			v := c.field("readonlyRootFilesystem")
			return rule.Require(v.IsTrue(), v, "%s: readonlyRootFilesystem is %s, must be true", c, v.Display())
		})
	}, "whether the application writes to its root file system, the code does not say: give it volumes for what it writes, then set readonlyRootFilesystem to true"),
}
