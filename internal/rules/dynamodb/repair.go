package dynamodb

import "safeguard/internal/rule"

// repairAutoscaling lets AWS scale the table: on demand there is no capacity to
// run out of, and none to plan.
func repairAutoscaling(*rule.Target) rule.Repair {
	return rule.To(
		rule.Unset{Names: []string{"read_capacity", "write_capacity"}},
		rule.Set{Code: `billing_mode = "PAY_PER_REQUEST"`},
	)
}

func repairRecovery(*rule.Target) rule.Repair {
	return rule.To(rule.Set{Code: `
		point_in_time_recovery {
		  enabled = true
		}
	`})
}
