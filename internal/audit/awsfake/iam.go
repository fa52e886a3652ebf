package awsfake

import (
	"net/http"
	"slices"
	"strings"
)

// caller is the ARN of whoever calls.
func (w *World) caller(c *call) string {
	if w.IAM.Caller != "" {
		return w.IAM.Caller
	}
	return "arn:aws:iam::" + c.place.Account + ":user/auditor"
}

func (w *World) roleARN(c *call, name string) string {
	if path := w.IAM.Paths[name]; path != "" {
		name = path + "/" + name
	}
	return "arn:aws:iam::" + c.place.Account + ":role/" + name
}

var iamOperations = map[string]handler{
	"GetInstanceProfile": func(w *World, c *call) (map[string]any, *fault) {
		name := c.form.Get("InstanceProfileName")
		role, ok := w.IAM.Profiles[name]
		if !ok {
			return nil, &fault{http.StatusNotFound, "NoSuchEntity", "Instance Profile " + name + " cannot be found."}
		}
		roles := []string{role}
		if role == "" {
			roles = nil
		}
		return map[string]any{"InstanceProfile": map[string]any{"InstanceProfileName": name, "Roles": list("member", roles, func(role string) any {
			return map[string]any{"RoleName": role, "Arn": w.roleARN(c, role)}
		})}}, nil
	},
	"GetRole": func(w *World, c *call) (map[string]any, *fault) {
		name := c.form.Get("RoleName")
		return map[string]any{"Role": map[string]any{"RoleName": name, "Arn": w.roleARN(c, name)}}, nil
	},
	"ListAttachedRolePolicies": func(w *World, c *call) (map[string]any, *fault) {
		return map[string]any{"IsTruncated": false, "AttachedPolicies": list("member", w.IAM.Attached[c.form.Get("RoleName")], func(arn string) any {
			return map[string]any{"PolicyName": arn[strings.LastIndex(arn, "/")+1:], "PolicyArn": arn}
		})}, nil
	},
	"SimulatePrincipalPolicy": func(w *World, c *call) (map[string]any, *fault) {
		principal := c.form.Get("PolicySourceArn")
		if !strings.Contains(principal, ":role/") && !strings.Contains(principal, ":user/") {
			return nil, bad("InvalidInput", "Invalid Entity Arn: %s does not clearly define entity type and name.", principal)
		}
		return map[string]any{"IsTruncated": false, "EvaluationResults": list("member", c.texts("ActionNames.member"), func(action string) any {
			decision, missing := "allowed", []string(nil)
			switch {
			case slices.Contains(w.IAM.Denies[principal], action):
				decision = "implicitDeny"
			case slices.Contains(w.IAM.Unclear[principal], action):
				decision, missing = "implicitDeny", []string{"aws:SourceVpc"}
			}
			return map[string]any{"EvalActionName": action, "EvalDecision": decision, "MissingContextValues": list("member", missing, same)}
		})}, nil
	},
}
