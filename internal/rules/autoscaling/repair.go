package autoscaling

import "safeguard/internal/rule"

func repairHealthCheck(*rule.Target) rule.Repair {
	return rule.To(rule.Set{Code: `health_check_type = "ELB"`})
}
