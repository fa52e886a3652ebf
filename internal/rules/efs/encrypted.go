package efs

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

var encrypted = rule.Rule{
	ID:     "EFS_ENCRYPTED_CHECK",
	Types:  []string{"aws_efs_file_system"},
	Assert: rule.Func(evalEncrypted),
}

var isEncrypted = attr.True("encrypted", attr.Default(graph.Bool(false)))

func evalEncrypted(t *rule.Target) rule.Verdict {
	verdict := isEncrypted.Eval(t)
	if key := t.Param("KmsKeyId"); key.IsSet() {
		v := t.Attr("kms_key_id")
		verdict = rule.All(verdict, rule.Require(v.Is(key.String()), v, "kms_key_id is %s, must be %q", v.Display(), key))
	}
	return verdict
}
