package audit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"safeguard/internal/hipaa"
)

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
