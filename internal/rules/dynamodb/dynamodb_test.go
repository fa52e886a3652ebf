package dynamodb_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/rules/dynamodb"
	"safeguard/internal/ruletest"
	"safeguard/internal/scan"
)

func TestRules(t *testing.T) { ruletest.Run(t, dynamodb.Rules) }

// The parameters of DYNAMODB_AUTOSCALING_ENABLED, which the pack leaves unset,
// bound what a target and a policy may say.
func TestAutoscalingParameters(t *testing.T) {
	t.Parallel()
	graphs := ruletest.Load(t, txtar.Parse([]byte(`
-- main.tf --
resource "aws_dynamodb_table" "t" {
  name = "t"
}

resource "aws_appautoscaling_target" "t" {
  for_each           = toset(["Read", "Write"])
  min_capacity       = 5
  max_capacity       = 100
  resource_id        = "table/t"
  scalable_dimension = "dynamodb:table:${each.key}CapacityUnits"
  service_namespace  = "dynamodb"
}

resource "aws_appautoscaling_policy" "t" {
  for_each           = aws_appautoscaling_target.t
  name               = each.key
  policy_type        = "TargetTrackingScaling"
  resource_id        = each.value.resource_id
  scalable_dimension = each.value.scalable_dimension
  service_namespace  = each.value.service_namespace
  target_tracking_scaling_policy_configuration {
    target_value = 70
  }
}
`)))
	for _, tt := range []struct {
		name, value string
		want        assessment.Verdict
	}{
		{"minProvisionedReadCapacity", "5", assessment.Compliant},
		{"minProvisionedReadCapacity", "6", assessment.NonCompliant},
		{"maxProvisionedWriteCapacity", "100", assessment.Compliant},
		{"maxProvisionedWriteCapacity", "99", assessment.NonCompliant},
		{"targetWriteUtilization", "70", assessment.Compliant},
		{"targetReadUtilization", "60", assessment.NonCompliant},
	} {
		t.Run(tt.name+"="+tt.value, func(t *testing.T) {
			t.Parallel()
			param := func(_, name string) (hipaa.Value, bool) { return hipaa.Value(tt.value), name == tt.name }
			judged := false
			_, err := scan.Judge(graphs, scan.Options{Rules: dynamodb.Rules, Param: param}, func(r *assessment.Result) error {
				if r.Rule == "DYNAMODB_AUTOSCALING_ENABLED" {
					judged = true
					if r.Verdict != tt.want {
						t.Errorf("got %s %q, want %s", r.Verdict, r.Annotation, tt.want)
					}
				}
				return nil
			})
			if err != nil || !judged {
				t.Fatalf("the table was not judged: %v", err)
			}
		})
	}
}
