package dynamodb

import "safeguard/internal/rule"

// repairAutoscaling lets AWS scale the table: on demand there is no capacity to
// run out of, and none to plan.
func repairAutoscaling(t *rule.Target) rule.Repair {
	capacity := []string{"read_capacity", "write_capacity"}
	r := rule.To(rule.Unset{Names: capacity}, rule.Set{Code: `billing_mode = "PAY_PER_REQUEST"`})
	for _, b := range t.Blocks("global_secondary_index").Items {
		r.Changes = append(r.Changes, rule.Unset{At: b.Location(), Names: capacity})
	}
	return r
}

func repairRecovery(*rule.Target) rule.Repair {
	return rule.To(rule.Set{Code: `
		point_in_time_recovery {
		  enabled = true
		}
	`})
}
