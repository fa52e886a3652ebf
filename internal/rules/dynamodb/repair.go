package dynamodb

import (
	"fmt"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairAutoscaling lets AWS scale the table: on demand there is no capacity to
// run out of, and none to plan. A table of which something scales a part already
// stays with that, since AWS scales no table that is on demand.
func repairAutoscaling(t *rule.Target) rule.Repair {
	for _, typ := range []string{scalingTarget, scalingPolicy} {
		if attached(t, typ).Exist() != logic.False {
			return repairScaling(t)
		}
	}
	capacity := []string{"read_capacity", "write_capacity"}
	r := rule.To(rule.Set{Code: `billing_mode = "PAY_PER_REQUEST"`}, rule.Unset{Names: capacity})
	for _, b := range t.Blocks("global_secondary_index").Items {
		r.Changes = append(r.Changes, rule.Unset{At: b.Location(), Names: capacity})
	}
	return r
}

// repairScaling scales what nothing scales yet, within the bounds and at the
// utilization of what is scaled.
func repairScaling(t *rule.Target) rule.Repair {
	var like *graph.Resource
	for _, r := range attached(t, scalingTarget).Items {
		if !r.Maybe {
			like = r
			break
		}
	}
	if like == nil {
		return rule.CannotRepair("what scales the table is not known here: add an aws_appautoscaling_target and an aws_appautoscaling_policy where the others are")
	}
	least, knowsLeast := like.Attr("min_capacity").Float()
	most, knowsMost := like.Attr("max_capacity").Float()
	if !knowsLeast || !knowsMost {
		return rule.CannotRepair("the capacity within which the table scales is not known here: add an aws_appautoscaling_target and an aws_appautoscaling_policy for the rest of it")
	}
	var r rule.Repair
	scale := func(index graph.Value, kind, path, label string) bool {
		for _, d := range dimensions {
			dimension := fmt.Sprintf("dynamodb:%s:%sCapacityUnits", kind, d.name)
			has := func(typ string) logic.Truth {
				return attached(t, typ).Any(func(r *graph.Resource) logic.Truth {
					return r.Attr("scalable_dimension").Is(dimension).And(ofIndex(r, index))
				})
			}
			target, policy := has(scalingTarget), has(scalingPolicy)
			if target == logic.True && policy == logic.True {
				continue
			}
			if target != logic.False || policy != logic.False {
				return false
			}
			r.Changes = append(r.Changes, rule.Add{Code: fmt.Sprintf(`
				resource "aws_appautoscaling_target" "self_%[1]s" {
				  service_namespace  = "dynamodb"
				  resource_id        = "table/${self.name}%[2]s"
				  scalable_dimension = %[3]q
				  min_capacity       = %[4]v
				  max_capacity       = %[5]v
				}

				resource "aws_appautoscaling_policy" "self_%[1]s" {
				  name               = "%[6]s:${self.name}%[2]s"
				  policy_type        = "TargetTrackingScaling"
				  service_namespace  = aws_appautoscaling_target.self_%[1]s.service_namespace
				  resource_id        = aws_appautoscaling_target.self_%[1]s.resource_id
				  scalable_dimension = aws_appautoscaling_target.self_%[1]s.scalable_dimension

				  target_tracking_scaling_policy_configuration {
				    target_value = 70

				    predefined_metric_specification {
				      predefined_metric_type = %[6]q
				    }
				  }
				}
			`, strings.TrimPrefix(label+"_"+d.noun, "_"), path, dimension, least, most, "DynamoDB"+d.name+"CapacityUtilization")})
		}
		return true
	}
	complete := scale(graph.AbsentValue(), "table", "", "")
	for i, b := range t.Blocks("global_secondary_index").Items {
		name := b.Attr("name")
		complete = complete && !b.Maybe && name.Kind() == graph.KindString && scale(name, "index", "/index/"+name.Text(), fmt.Sprintf("index_%d", i+1))
	}
	if !complete {
		return rule.CannotRepair("a part of the table has a target without a policy, or an index whose name is not known here: add an aws_appautoscaling_policy for what has none")
	}
	return r
}

// repairRecovery turns recovery on for a table and its replicas.
func repairRecovery(t *rule.Target) rule.Repair {
	if t.Type != table {
		return rule.To(rule.Set{Code: "point_in_time_recovery = true"})
	}
	var r rule.Repair
	if t.Get("point_in_time_recovery.enabled").IsTrue() != logic.True {
		r = rule.To(rule.Set{Code: `
			point_in_time_recovery {
			  enabled = true
			}
		`})
	}
	for _, b := range t.Blocks("replica").Items {
		if replica(b).Outcome() == rule.NonCompliant {
			r.Changes = append(r.Changes, rule.Set{At: b.Location(), Code: "point_in_time_recovery = true"})
		}
	}
	return r
}
