package secretsmanager

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var usingCMK = rule.Rule{
	ID:     "SECRETSMANAGER_USING_CMK",
	Types:  []string{"aws_secretsmanager_secret"},
	Assert: rule.With(evalUsingCMK, repairUsingCMK),
}

// awsManagedKey is the key that Secrets Manager uses where none is named, as
// AWS writes it; its alias has this name.
const awsManagedKey = "aws/secretsmanager"

func evalUsingCMK(t *rule.Target) rule.Verdict {
	key := t.Attr("kms_key_id")
	if key.NonEmpty() == logic.False {
		return rule.Fail(key, "kms_key_id is not set: the secret uses alias/%s", awsManagedKey).Named("kms_key_id")
	}
	own := key.NonEmpty().And(isAWSManaged(t, key).Not())
	verdict := rule.Require(own, key, "kms_key_id is %s, a key of AWS: it must be a customer managed key", key.Display()).Named("kms_key_id")
	if allowed := t.Param("kmsKeyArns").List(); len(allowed) > 0 {
		verdict = rule.All(verdict, rule.Require(key.OneOf(allowed...), key, "kms_key_id is %s, which is not among the allowed keys", key.Display()))
	}
	return verdict
}

// isAWSManaged decides whether a key is one that AWS manages, which only its
// alias shows.
func isAWSManaged(t *rule.Target, key graph.Value) logic.Truth {
	if s, ok := key.Literal(); ok {
		return logic.Of(strings.HasSuffix(s, awsManagedKey))
	}
	for _, address := range sources(key) {
		source := t.Graph.ByAddress(address)
		if source == nil || !source.Data {
			continue
		}
		alias := source.Attr("name") // of aws_kms_alias
		if source.Type == "aws_kms_key" {
			alias = source.Attr("key_id")
		}
		if s, ok := alias.Literal(); ok {
			return logic.Of(strings.HasSuffix(s, awsManagedKey))
		}
		if source.Type == "aws_kms_alias" {
			return alias.Is("alias/" + awsManagedKey).And(logic.Unknown)
		}
	}
	if key.Kind() == graph.KindString {
		return logic.False // made of the identity of a key or alias
	}
	return logic.Unknown
}

// sources are the addresses of what a value is taken from.
func sources(v graph.Value) []string {
	var addresses []string
	for _, ref := range v.Refs() {
		addresses = append(addresses, ref.Address)
	}
	if v.Kind() == graph.KindUnknown {
		addresses = append(addresses, v.Cause().Base)
	}
	return addresses
}
