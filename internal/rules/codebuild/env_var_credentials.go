package codebuild

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var project = []string{"aws_codebuild_project"}

var envVarCredentials = rule.Rule{
	ID:     "CODEBUILD_PROJECT_ENVVAR_AWSCRED_CHECK",
	Types:  project,
	Assert: rule.Unrepaired(evalEnvVarCredentials, "what the build does with the key, and so which rights the service role of the project needs instead of it, the code does not say; the key is in the console and in the state: give the role the rights, remove the variables, and revoke the key"),
}

// Only these two names count, and only as plain text.
func evalEnvVarCredentials(t *rule.Target) rule.Verdict {
	var verdicts []rule.Verdict
	for _, env := range t.Blocks("environment").Items {
		variables := env.Blocks("environment_variable")
		for _, v := range variables.Items {
			name := v.Attr("name")
			kind := v.Attr("type").Or(graph.String("PLAINTEXT"))
			found := name.OneOf("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY").And(kind.Is("PLAINTEXT"))
			at := name
			if name.Cause().Text == "" {
				at = kind
			}
			if v.Maybe && found != logic.False {
				found, at = logic.Unknown, graph.UnknownValue(v.Cause).From(graph.At(v.Location()))
			}
			verdicts = append(verdicts, rule.Require(found.Not(), at, "the environment variable %s holds a credential as plain text", name.Display()))
		}
	}
	if len(verdicts) == 0 {
		return rule.Pass(logic.True, t.Here(), "no environment variables")
	}
	return rule.All(verdicts...)
}
