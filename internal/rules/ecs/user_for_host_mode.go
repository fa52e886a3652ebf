package ecs

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var userForHostMode = rule.Rule{
	ID:     "ECS_TASK_DEFINITION_USER_FOR_HOST_MODE_CHECK",
	Types:  taskDefinition,
	Assert: rule.Unrepaired(evalHostMode, "which user the image has, the code does not say: set user in the container definition, or network_mode to awsvpc with subnets and security groups in the service"),
}

// Without a network mode, tasks have bridge or, on Fargate, awsvpc.
func evalHostMode(t *rule.Target) rule.Verdict {
	mode := t.Attr("network_mode")
	host := mode.Is("host")
	if host == logic.False {
		return rule.Require(logic.True, mode, "").Named("network_mode")
	}
	verdict := eachContainer(t, func(c container) rule.Verdict {
		privileged, user := c.field("privileged"), c.field("user")
		safe := privileged.IsTrue().Or(isRoot(user).Not())
		at := user
		if isRoot(user) != logic.Unknown {
			at = privileged
		}
		return rule.Require(safe, at, "%s runs as root in the host's network: user is %s and privileged is %s", c, user.Display(), privileged.Display())
	})
	if host == logic.Unknown && verdict.Outcome() != rule.Compliant {
		return rule.Because(mode, mode.Cause()).Named("network_mode")
	}
	return verdict
}

// isRoot decides whether the user, "name", "uid" or one of these with ":group",
// is root, who it also is if there is none.
func isRoot(user graph.Value) logic.Truth {
	switch user.Kind() {
	case graph.KindUnknown:
		return logic.Unknown
	case graph.KindAbsent, graph.KindNull:
		return logic.True
	}
	text, literal := user.Literal()
	if !literal {
		text = graph.Parts(user.Text() + ":")[0].Literal
	}
	name, _, whole := strings.Cut(text, ":")
	if !literal && !whole {
		return logic.Unknown
	}
	return logic.Of(name == "" || name == "root" || name == "0")
}
