package audit

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"
)

// A Suppression says which future findings an automation rule suppresses.
type Suppression struct {
	Control  string
	Resource string // as findings name it; "" is all
	Region   string // where the rule is made
	Format   string // FormatOCSF, or "" for ASFF
	Reason   string
	By       string
}

func equalTo(s string) *types.StringFilter {
	return &types.StringFilter{Value: &s, Comparison: types.StringFilterComparisonEquals}
}

// Automate makes an automation rule that suppresses the future findings of a
// control, about one resource or all. It returns what takes it back.
func Automate(ctx context.Context, cfg aws.Config, p Suppression) (undo Change, err error) {
	client := (&session{base: cfg, limits: newLimiter(Limits)}).securityHub("", p.Region)
	name := "safeguard " + p.Control
	var arn *string
	if p.Format == FormatOCSF {
		arn, err = automateOCSF(ctx, client, name, p)
	} else {
		arn, err = automateASFF(ctx, client, name, p)
	}
	if err != nil {
		return Change{}, fmt.Errorf("make an automation rule for %s in %s: %w", p.Control, p.Region, err)
	}
	return Change{Rule: aws.ToString(arn), Region: p.Region, Format: p.Format}, nil
}

func automateASFF(ctx context.Context, client *securityhub.Client, name string, p Suppression) (*string, error) {
	equals := func(s string) []types.StringFilter { return []types.StringFilter{*equalTo(s)} }
	criteria := &types.AutomationRulesFindingFilters{ComplianceSecurityControlId: equals(p.Control), ComplianceStatus: equals("FAILED"), RecordState: equals("ACTIVE")}
	if p.Resource != "" {
		criteria.ResourceId = equals(p.Resource)
	}
	out, err := client.CreateAutomationRule(ctx, &securityhub.CreateAutomationRuleInput{
		RuleName: &name, Description: &p.Reason, RuleOrder: aws.Int32(1), Criteria: criteria,
		Actions: []types.AutomationRulesAction{{Type: types.AutomationRulesActionTypeFindingFieldsUpdate, FindingFieldsUpdate: &types.AutomationRulesFindingFieldsUpdate{
			Workflow: &types.WorkflowUpdate{Status: types.WorkflowStatusSuppressed}, Note: &types.NoteUpdate{Text: &p.Reason, UpdatedBy: &p.By},
		}}},
	})
	if err != nil {
		return nil, err
	}
	return out.RuleArn, nil
}

func automateOCSF(ctx context.Context, client *securityhub.Client, name string, p Suppression) (*string, error) {
	filters := []types.OcsfStringFilter{
		{FieldName: types.OcsfStringFieldComplianceControl, Filter: equalTo(p.Control)},
		{FieldName: types.OcsfStringFieldComplianceStatus, Filter: equalTo("Fail")},
	}
	if p.Resource != "" {
		filters = append(filters, types.OcsfStringFilter{FieldName: types.OcsfStringFieldResourcesUid, Filter: equalTo(p.Resource)})
	}
	suppressed := ocsfStatus["SUPPRESSED"]
	out, err := client.CreateAutomationRuleV2(ctx, &securityhub.CreateAutomationRuleV2Input{
		RuleName: &name, Description: &p.Reason, RuleOrder: aws.Float32(1), RuleStatus: types.RuleStatusV2Enabled,
		Criteria: &types.CriteriaMemberOcsfFindingCriteria{Value: types.OcsfFindingFilters{
			CompositeOperator: types.AllowedOperatorsAnd,
			CompositeFilters:  []types.CompositeFilter{{Operator: types.AllowedOperatorsAnd, StringFilters: filters}},
		}},
		Actions: []types.AutomationRulesActionV2{{Type: types.AutomationRulesActionTypeV2FindingFieldsUpdate, FindingFieldsUpdate: &types.AutomationRulesFindingFieldsUpdateV2{
			StatusId: &suppressed, Comment: &p.Reason,
		}}},
	})
	if err != nil {
		return nil, err
	}
	return out.RuleArn, nil
}

// deleteRules deletes automation rules. It returns why rules were refused.
func deleteRules(ctx context.Context, client *securityhub.Client, part []Change) (map[string]string, error) {
	bad := map[string]string{}
	in := &securityhub.BatchDeleteAutomationRulesInput{}
	for _, c := range part {
		if c.Format != FormatOCSF {
			in.AutomationRulesArns = append(in.AutomationRulesArns, c.Rule)
			continue
		}
		if _, err := client.DeleteAutomationRuleV2(ctx, &securityhub.DeleteAutomationRuleV2Input{Identifier: aws.String(c.Rule[strings.LastIndex(c.Rule, "/")+1:])}); err != nil {
			bad[c.Rule] = reason(err)
		}
	}
	if len(in.AutomationRulesArns) == 0 {
		return bad, nil
	}
	out, err := client.BatchDeleteAutomationRules(ctx, in)
	if err != nil {
		return nil, err
	}
	for _, u := range out.UnprocessedAutomationRules {
		bad[aws.ToString(u.RuleArn)] = fmt.Sprintf("%d: %s", aws.ToInt32(u.ErrorCode), aws.ToString(u.ErrorMessage))
	}
	return bad, nil
}
