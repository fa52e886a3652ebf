package audit

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"safeguard/internal/assessment"
)

// An aggregator is a configuration aggregator with what it says of which rules,
// by target.
type aggregator struct {
	client *configservice.Client
	name   string
	rules  map[target][]string
	packs  map[target][]string
}

// findAggregator looks for an aggregator, the organization's before others; nil
// if there is none.
func findAggregator(ctx context.Context, client *configservice.Client) (*aggregator, error) {
	var found *types.ConfigurationAggregator
	for p := configservice.NewDescribeConfigurationAggregatorsPaginator(client, &configservice.DescribeConfigurationAggregatorsInput{Limit: 20}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range page.ConfigurationAggregators {
			if found == nil || found.OrganizationAggregationSource == nil && a.OrganizationAggregationSource != nil {
				found = &a
			}
		}
	}
	if found == nil {
		return nil, nil
	}
	a := &aggregator{client: client, name: aws.ToString(found.ConfigurationAggregatorName), rules: map[target][]string{}, packs: map[target][]string{}}
	for p := configservice.NewDescribeAggregateComplianceByConfigRulesPaginator(client, &configservice.DescribeAggregateComplianceByConfigRulesInput{ConfigurationAggregatorName: &a.name, Limit: 1000}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.AggregateComplianceByConfigRules {
			t := target{aws.ToString(r.AccountId), aws.ToString(r.AwsRegion)}
			a.rules[t] = append(a.rules[t], aws.ToString(r.ConfigRuleName))
		}
	}
	for p := configservice.NewDescribeAggregateComplianceByConformancePacksPaginator(client, &configservice.DescribeAggregateComplianceByConformancePacksInput{ConfigurationAggregatorName: &a.name, Limit: 100}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.AggregateComplianceByConformancePacks {
			t := target{aws.ToString(r.AccountId), aws.ToString(r.AwsRegion)}
			a.packs[t] = append(a.packs[t], packName(aws.ToString(r.ConformancePackName)))
		}
	}
	return a, nil
}

// read reads one target through the aggregator. identities are rules of the
// aggregator's own account: an aggregator does not say what a rule of another
// account is, but a pack that is deployed to all names them alike.
func (a *aggregator) read(ctx context.Context, c *configReader, identities map[string]types.ConfigRule) error {
	t := c.out.Target
	c.rules = map[string]types.ConfigRule{}
	tallies := map[string]*packTally{}
	unknown := 0
	for _, name := range a.rules[t] {
		if c.hub && strings.HasPrefix(name, "securityhub-") {
			continue
		}
		base := baseName(name)
		if rule, ok := identities[base]; ok {
			c.rules[name] = rule
		} else {
			unknown++
		}
		var tally *packTally
		pack := ""
		if suffix := packSuffix.FindString(name); suffix != "" {
			tally = tallies[suffix]
			if tally == nil {
				tally = &packTally{Name: a.packOf(t, suffix), Rules: map[string]*ruleTally{}}
				tallies[suffix] = tally
				c.out.Packs = append(c.out.Packs, tally)
			}
			pack = tally.Name
		}
		in := &configservice.GetAggregateComplianceDetailsByConfigRuleInput{
			ConfigurationAggregatorName: &a.name, AccountId: &t.Account, AwsRegion: &t.Region, ConfigRuleName: &name, Limit: 100,
		}
		for p := configservice.NewGetAggregateComplianceDetailsByConfigRulePaginator(a.client, in); p.HasMorePages(); {
			page, err := p.NextPage(ctx)
			if err != nil {
				return fmt.Errorf("rule %s: %w", name, err)
			}
			for _, e := range page.AggregateEvaluationResults {
				if e.EvaluationResultIdentifier == nil || e.EvaluationResultIdentifier.EvaluationResultQualifier == nil {
					continue
				}
				v := assessment.Verdict(e.ComplianceType)
				if tally != nil {
					tally.add(name, v)
				}
				c.evaluation(e.EvaluationResultIdentifier.EvaluationResultQualifier, v, e.Annotation, e.ConfigRuleInvokedTime, pack)
			}
		}
	}
	if unknown > 0 {
		c.out.warn("warning", fmt.Sprintf("%s: the aggregator does not say which managed rules %d rules are", t.text(), unknown),
			"they keep their own names: pass --role-name to read the account itself")
	}
	return c.addARNs(ctx, func(ctx context.Context, query, token string) ([]string, string, error) {
		query += fmt.Sprintf(" AND accountId = '%s' AND awsRegion = '%s'", t.Account, t.Region)
		out, err := a.client.SelectAggregateResourceConfig(ctx, &configservice.SelectAggregateResourceConfigInput{
			ConfigurationAggregatorName: &a.name, Expression: &query, MaxResults: 100, NextToken: optional(token),
		})
		if err != nil {
			return nil, "", err
		}
		return out.Results, aws.ToString(out.NextToken), nil
	})
}

// packOf names the pack of a target whose rules end in suffix. The aggregator
// says which packs there are, and not which rules they have: with several, the
// suffix stands for the name.
func (a *aggregator) packOf(t target, suffix string) string {
	if packs := a.packs[t]; len(packs) == 1 {
		return packs[0]
	}
	return strings.TrimPrefix(suffix, "-")
}
