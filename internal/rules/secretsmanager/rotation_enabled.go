package secretsmanager

import (
	"math"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var rotationEnabled = rule.Rule{
	ID:     "SECRETSMANAGER_ROTATION_ENABLED_CHECK",
	Types:  []string{"aws_secretsmanager_secret", rotation},
	Assert: rule.With(evalRotation, repairRotation),
}

const rotation = "aws_secretsmanager_secret_rotation"

// Rotation stands in a resource of its own; before version 5 of the provider
// it could stand in the secret. That of a secret that is not declared here is
// judged in its place.
func evalRotation(t *rule.Target) rule.Verdict {
	if t.Type == rotation {
		secret := t.Attr("secret_id")
		if _, declared := t.Graph.Referent(secret, "aws_secretsmanager_secret"); declared == logic.True || secret.NonEmpty() != logic.True {
			return rule.Nothing()
		}
		return frequent(t, t.Blocks("rotation_rules"), rule.Require(logic.True, secret, ""))
	}
	if lambda := t.Attr("rotation_lambda_arn"); lambda.NonEmpty() == logic.True {
		return frequent(t, t.Blocks("rotation_rules"), rule.Require(logic.True, lambda, ""))
	}
	rotations := t.Attached(rotation, "secret_id")
	verdict := rule.Missing(t, rotations, "no aws_secretsmanager_secret_rotation refers to this secret")
	if len(rotations.Items) == 0 {
		return verdict
	}
	return frequent(t, rotations.Items[0].Blocks("rotation_rules"), verdict)
}

// frequent adds to the verdict the limit on the days between rotations, where
// the parameters set one.
func frequent(t *rule.Target, rules graph.Blocks, verdict rule.Verdict) rule.Verdict {
	limit := math.Inf(1)
	if days, ok := t.Param("maximumAllowedRotationFrequency").Int(); ok {
		limit = float64(days)
	}
	if hours, ok := t.Param("maximumAllowedRotationFrequencyInHours").Int(); ok {
		limit = min(limit, float64(hours)/24)
	}
	if math.IsInf(limit, 1) {
		return verdict
	}
	if len(rules.Items) == 0 {
		return verdict
	}
	days := rules.Items[0].Attr("automatically_after_days")
	if n, ok := days.Float(); ok {
		return rule.All(verdict, rule.Require(logic.Of(n <= limit), days, "rotates every %s days, must be at most %g", days.Display(), limit))
	}
	return rule.All(verdict, rule.Undecided(days, "the days between rotations are not known"))
}
