package audit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	hubtypes "github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"safeguard/internal/hipaa"
)

// A Change sets the workflow status of one finding in Security Hub.
type Change struct {
	Finding  string `json:"finding"`
	Product  string `json:"product"`
	Region   string `json:"region"` // where Security Hub is told
	Workflow string `json:"workflow"`
	Note     string `json:"note"`
}

// A Refusal is a change that Security Hub did not make.
type Refusal struct {
	Finding, Reason string
}

// maxNote is the longest note that Security Hub takes.
const maxNote = 512

// Update tells Security Hub the changes, a hundred a call. It returns what was
// done before an error, and what Security Hub refused.
func Update(ctx context.Context, cfg aws.Config, changes []Change, by string) (done []Change, refused []Refusal, err error) {
	type group struct{ region, workflow, note string }
	groups := map[group][]Change{}
	var order []group
	for _, c := range changes {
		if len(c.Note) > maxNote {
			return nil, nil, fmt.Errorf("the reason has %d characters, Security Hub takes %d", len(c.Note), maxNote)
		}
		g := group{c.Region, c.Workflow, c.Note}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], c)
	}
	s := &session{base: cfg, limits: newLimiter(Limits)}
	for _, g := range order {
		client := s.securityHub("", g.region)
		for part := range slices.Chunk(groups[g], 100) {
			in := &securityhub.BatchUpdateFindingsInput{Workflow: &hubtypes.WorkflowUpdate{Status: hubtypes.WorkflowStatus(g.workflow)}}
			if g.note != "" {
				in.Note = &hubtypes.NoteUpdate{Text: &g.note, UpdatedBy: &by}
			}
			for _, c := range part {
				in.FindingIdentifiers = append(in.FindingIdentifiers, hubtypes.AwsSecurityFindingIdentifier{Id: &c.Finding, ProductArn: &c.Product})
			}
			out, err := client.BatchUpdateFindings(ctx, in)
			if err != nil {
				return done, refused, fmt.Errorf("update findings in Security Hub of %s: %w", g.region, err)
			}
			bad := map[string]bool{}
			for _, u := range out.UnprocessedFindings { // the call itself succeeds
				id := aws.ToString(u.FindingIdentifier.Id)
				bad[id] = true
				refused = append(refused, Refusal{id, aws.ToString(u.ErrorCode) + ": " + aws.ToString(u.ErrorMessage)})
			}
			for _, c := range part {
				if !bad[c.Finding] {
					done = append(done, c)
				}
			}
		}
	}
	return done, refused, nil
}

// Automate makes an automation rule that suppresses the future findings of a
// control, about one resource or all ("").
func Automate(ctx context.Context, cfg aws.Config, control, resource, reason, by string) (arn string, err error) {
	equals := func(s string) []hubtypes.StringFilter {
		return []hubtypes.StringFilter{{Value: &s, Comparison: hubtypes.StringFilterComparisonEquals}}
	}
	criteria := &hubtypes.AutomationRulesFindingFilters{ComplianceSecurityControlId: equals(control), ComplianceStatus: equals("FAILED"), RecordState: equals("ACTIVE")}
	if resource != "" {
		criteria.ResourceId = equals(resource)
	}
	s := &session{base: cfg, limits: newLimiter(Limits)}
	out, err := s.securityHub("", cfg.Region).CreateAutomationRule(ctx, &securityhub.CreateAutomationRuleInput{
		RuleName: aws.String("safeguard " + control), Description: &reason, RuleOrder: aws.Int32(1), Criteria: criteria,
		Actions: []hubtypes.AutomationRulesAction{{Type: hubtypes.AutomationRulesActionTypeFindingFieldsUpdate, FindingFieldsUpdate: &hubtypes.AutomationRulesFindingFieldsUpdate{
			Workflow: &hubtypes.WorkflowUpdate{Status: hubtypes.WorkflowStatusSuppressed}, Note: &hubtypes.NoteUpdate{Text: &reason, UpdatedBy: &by},
		}}},
	})
	if err != nil {
		return "", fmt.Errorf("make an automation rule for %s: %w", control, err)
	}
	return aws.ToString(out.RuleArn), nil
}

// maxAnnotation is the longest annotation that AWS Config takes.
const maxAnnotation = 256

// Attest tells AWS Config the outcome of a manual check of the pack, with a
// reference to its evidence. It returns the names of the rules it told.
func Attest(ctx context.Context, cfg aws.Config, check *hipaa.Rule, compliant bool, evidence string, now time.Time) ([]string, error) {
	if len(evidence) > maxAnnotation {
		return nil, fmt.Errorf("the evidence has %d characters, AWS Config takes %d: give a reference", len(evidence), maxAnnotation)
	}
	s, err := newSession(ctx, cfg, "", Limits)
	if err != nil {
		return nil, err
	}
	c := &configReader{client: s.awsConfig("", cfg.Region)}
	if err := c.describeRules(ctx); err != nil {
		return nil, fmt.Errorf("find the rule %s: %w", check.Name, err)
	}
	verdict := types.ComplianceTypeNonCompliant
	if compliant {
		verdict = types.ComplianceTypeCompliant
	}
	var told []string
	for name, rule := range c.rules {
		// All process checks have one identifier: the name alone tells them apart.
		if facts := factsOf(rule, true); facts == nil || facts.Identifier != check.Identifier || baseName(name) != check.Name {
			continue
		}
		if _, err := c.client.PutExternalEvaluation(ctx, &configservice.PutExternalEvaluationInput{ConfigRuleName: &name, ExternalEvaluation: &types.ExternalEvaluation{
			ComplianceResourceType: aws.String(accountType), ComplianceResourceId: &s.account, ComplianceType: verdict, OrderingTimestamp: &now, Annotation: &evidence,
		}}); err != nil {
			return told, fmt.Errorf("attest %s: %w", name, err)
		}
		told = append(told, name)
	}
	if len(told) == 0 {
		return nil, fmt.Errorf("account %s has no rule %s in %s: deploy the conformance pack first", s.account, check.Name, cfg.Region)
	}
	slices.Sort(told)
	return told, nil
}
