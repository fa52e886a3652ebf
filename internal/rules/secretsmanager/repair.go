package secretsmanager

import "safeguard/internal/rule"

func repairUsingCMK(*rule.Target) rule.Repair {
	return rule.To(rule.Set{Code: "kms_key_id = shared.kms_key.arn"})
}

// repairRotation has nothing to write: what rotates a secret has to know what it
// is a secret of, and whoever uses it must read it again.
func repairRotation(*rule.Target) rule.Repair {
	return rule.CannotRepair("a secret needs a function that knows how to change it at its source: for a database set manage_master_user_password, else write a rotation function and an aws_secretsmanager_secret_rotation")
}
