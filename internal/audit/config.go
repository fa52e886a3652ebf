package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// Names of the sources.
const (
	SourceConfig = "aws-config"
	SourceHub    = "aws-security-hub"
)

// Stale is the age from which a periodic evaluation is old: AWS Config makes
// one every 24 hours.
const Stale = 48 * time.Hour

// A configReader reads AWS Config in one target.
type configReader struct {
	client    *configservice.Client
	partition string
	packs     []string // names to read; none: all, and the rules outside packs
	hub       bool     // Security Hub is read too: leave out its rules
	now       time.Time
	out       *reading
	rules     map[string]types.ConfigRule // by name
	stale     int
}

func (c *configReader) read(ctx context.Context) error {
	if err := c.recorder(ctx); err != nil {
		return err
	}
	if err := c.describeRules(ctx); err != nil {
		return err
	}
	inPacks, err := c.readPacks(ctx)
	if err != nil {
		return err
	}
	if len(c.packs) == 0 {
		if err := c.readRules(ctx, inPacks); err != nil {
			return err
		}
	}
	if c.stale > 0 {
		c.out.warn("warning", fmt.Sprintf("%s: %d results of periodic rules are older than 48 hours", c.out.Target.text(), c.stale),
			"AWS Config evaluates these rules every 24 hours: the recorder may be stopped, or what was judged deleted")
	}
	return c.addARNs(ctx, func(ctx context.Context, query, token string) ([]string, string, error) {
		out, err := c.client.SelectResourceConfig(ctx, &configservice.SelectResourceConfigInput{Expression: &query, Limit: 100, NextToken: optional(token)})
		if err != nil {
			return nil, "", err
		}
		return out.Results, aws.ToString(out.NextToken), nil
	})
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (t target) text() string { return t.Account + " " + t.Region }

// recorder reports a recorder that does not record: then no findings are no
// good news.
func (c *configReader) recorder(ctx context.Context) error {
	out, err := c.client.DescribeConfigurationRecorderStatus(ctx, &configservice.DescribeConfigurationRecorderStatusInput{})
	if err != nil {
		return err
	}
	recording := false
	for _, r := range out.ConfigurationRecordersStatus {
		switch {
		case !r.Recording:
			since := ""
			if r.LastStopTime != nil {
				since = " since " + r.LastStopTime.UTC().Format(time.RFC3339)
			}
			c.out.warn("error", c.out.Target.text()+": AWS Config's recorder "+aws.ToString(r.Name)+" is stopped"+since, "results are as old as that, and what is missing proves nothing: start it in AWS Config's settings")
		case r.LastStatus == types.RecorderStatusFailure:
			c.out.warn("error", c.out.Target.text()+": AWS Config's recorder "+aws.ToString(r.Name)+" fails", strings.TrimSpace(aws.ToString(r.LastErrorCode)+" "+aws.ToString(r.LastErrorMessage)))
		}
		recording = recording || r.Recording
	}
	if len(out.ConfigurationRecordersStatus) == 0 {
		c.out.warn("error", c.out.Target.text()+": AWS Config has no recorder", "nothing is evaluated there: no findings are no good news")
	}
	return nil
}

func (c *configReader) describeRules(ctx context.Context) error {
	c.rules = map[string]types.ConfigRule{}
	for p := configservice.NewDescribeConfigRulesPaginator(c.client, &configservice.DescribeConfigRulesInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, r := range page.ConfigRules {
			c.rules[aws.ToString(r.ConfigRuleName)] = r
		}
	}
	return nil
}

// readPacks reads the conformance packs and returns the names of their rules.
func (c *configReader) readPacks(ctx context.Context) (map[string]bool, error) {
	inPacks, tallies := map[string]bool{}, map[string]*packTally{}
	for p := configservice.NewDescribeConformancePacksPaginator(c.client, &configservice.DescribeConformancePacksInput{Limit: 20}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, pack := range page.ConformancePackDetails {
			name := aws.ToString(pack.ConformancePackName)
			if len(c.packs) > 0 && !slices.Contains(c.packs, name) && !slices.Contains(c.packs, packName(name)) {
				continue
			}
			tally := &packTally{Name: packName(name), Rules: map[string]*ruleTally{}}
			if err := c.readPack(ctx, name, tally, inPacks); err != nil {
				return nil, fmt.Errorf("conformance pack %s: %w", name, err)
			}
			tallies[name] = tally
			c.out.Packs = append(c.out.Packs, tally)
		}
	}
	for p := configservice.NewListConformancePackComplianceScoresPaginator(c.client, &configservice.ListConformancePackComplianceScoresInput{Limit: 20}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, s := range page.ConformancePackComplianceScores {
			if t := tallies[aws.ToString(s.ConformancePackName)]; t != nil {
				t.AWS = aws.ToString(s.Score)
			}
		}
	}
	return inPacks, nil
}

func (c *configReader) readPack(ctx context.Context, name string, tally *packTally, inPacks map[string]bool) error {
	states := map[string]types.ConformancePackComplianceType{}
	for p := configservice.NewDescribeConformancePackCompliancePaginator(c.client, &configservice.DescribeConformancePackComplianceInput{ConformancePackName: &name, Limit: 1000}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, r := range page.ConformancePackRuleComplianceList {
			states[aws.ToString(r.ConfigRuleName)] = r.ComplianceType
			inPacks[aws.ToString(r.ConfigRuleName)] = true
		}
	}
	seen := map[string]bool{}
	for p := configservice.NewGetConformancePackComplianceDetailsPaginator(c.client, &configservice.GetConformancePackComplianceDetailsInput{ConformancePackName: &name, Limit: 100}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, e := range page.ConformancePackRuleEvaluationResults {
			if e.EvaluationResultIdentifier == nil || e.EvaluationResultIdentifier.EvaluationResultQualifier == nil {
				continue
			}
			v := assessment.Verdict(e.ComplianceType)
			rule := aws.ToString(e.EvaluationResultIdentifier.EvaluationResultQualifier.ConfigRuleName)
			seen[rule] = true
			tally.add(rule, v)
			c.evaluation(e.EvaluationResultIdentifier.EvaluationResultQualifier, v, e.Annotation, e.ConfigRuleInvokedTime, packName(name))
		}
	}
	c.silent(states, seen, packName(name))
	return nil
}

// silent adds an undecided result for each rule that has none: nobody can tell
// "nothing to judge" from "not judged yet".
func (c *configReader) silent(states map[string]types.ConformancePackComplianceType, seen map[string]bool, pack string) {
	for rule := range states {
		if !seen[rule] {
			q := &types.EvaluationResultQualifier{ConfigRuleName: &rule, ResourceType: aws.String(accountType), ResourceId: &c.out.Target.Account}
			c.evaluation(q, assessment.InsufficientData, aws.String("AWS Config has no result for this rule: there is nothing to judge, or it was not evaluated yet"), nil, pack)
		}
	}
}

// readRules reads the rules that are in no pack.
func (c *configReader) readRules(ctx context.Context, inPacks map[string]bool) error {
	names := []string{}
	for name, r := range c.rules {
		if !inPacks[name] && !(c.hub && fromHub(r)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for p := configservice.NewGetComplianceDetailsByConfigRulePaginator(c.client, &configservice.GetComplianceDetailsByConfigRuleInput{ConfigRuleName: &name, Limit: 100}); p.HasMorePages(); {
			page, err := p.NextPage(ctx)
			if err != nil {
				if _, gone := errors.AsType[*types.NoSuchConfigRuleException](err); gone {
					break // deleted meanwhile
				}
				return fmt.Errorf("rule %s: %w", name, err)
			}
			for _, e := range page.EvaluationResults {
				if e.EvaluationResultIdentifier != nil && e.EvaluationResultIdentifier.EvaluationResultQualifier != nil {
					c.evaluation(e.EvaluationResultIdentifier.EvaluationResultQualifier, assessment.Verdict(e.ComplianceType), e.Annotation, e.ConfigRuleInvokedTime, "")
				}
			}
		}
	}
	return nil
}

// fromHub reports whether Security Hub made a rule for itself.
func fromHub(r types.ConfigRule) bool {
	return strings.HasPrefix(aws.ToString(r.CreatedBy), "securityhub.") || strings.HasPrefix(aws.ToString(r.ConfigRuleName), "securityhub-")
}

// evaluation adds one evaluation.
func (c *configReader) evaluation(q *types.EvaluationResultQualifier, v assessment.Verdict, annotation *string, evaluated *time.Time, pack string) {
	name := aws.ToString(q.ConfigRuleName)
	rule, ok := c.rules[name]
	facts := factsOf(rule, ok)
	id := baseName(name)
	if facts != nil {
		id = facts.Identifier
	} else if rule.Source != nil && rule.Source.Owner == types.OwnerAws {
		id = cmp.Or(aws.ToString(rule.Source.SourceIdentifier), id)
	}
	if facts != nil && facts.Trigger == hipaa.Periodic && evaluated != nil && c.now.Sub(*evaluated) > Stale {
		c.stale++
	}
	m := newResult(id, facts, v, aws.ToString(annotation))
	m.Resource = canonical(assessment.Resource{
		Type: aws.ToString(q.ResourceType), ID: aws.ToString(q.ResourceId), Account: c.out.Target.Account, Region: c.out.Target.Region,
	}, c.partition)
	m.Sources = []assessment.Source{{Name: SourceConfig, Rule: name, Pack: pack, Verdict: v, Evaluated: evaluated, Description: aws.ToString(rule.Description)}}
	c.out.pending = append(c.out.pending, m)
}

// factsOf are the facts about AWS's managed rule behind a rule; nil if it is not
// of the HIPAA pack. The rule says itself what it is, its name does not.
func factsOf(r types.ConfigRule, ok bool) *hipaa.Rule {
	if !ok || r.Source == nil || r.Source.Owner != types.OwnerAws {
		return nil
	}
	facts, ok := hipaa.Lookup(aws.ToString(r.Source.SourceIdentifier))
	if !ok {
		return nil
	}
	return facts
}

func newResult(id string, facts *hipaa.Rule, v assessment.Verdict, annotation string) *assessment.Result {
	m := &assessment.Result{Rule: id, Verdict: v, Severity: hipaa.Medium, Annotation: annotation, Evidence: []assessment.Evidence{}, Citations: []string{}}
	if facts != nil {
		m.Severity, m.Citations = facts.Severity, facts.Citations
	}
	return m
}

// addARNs looks up the ARNs that do not follow from ids, and the tags that AWS set
// on what is not compliant, and adds the pending results: only then is it known
// which are about one resource.
func (c *configReader) addARNs(ctx context.Context, query func(ctx context.Context, expression, token string) ([]string, string, error)) error {
	wanted := map[string]map[string]bool{}
	for _, m := range c.out.pending {
		r := m.Resource
		if r.Type == accountType || r.Type == "" || r.ARN != "" && m.Verdict != assessment.NonCompliant {
			continue
		}
		if wanted[r.Type] == nil {
			wanted[r.Type] = map[string]bool{}
		}
		wanted[r.Type][r.ID] = true
	}
	type found struct {
		ARN  string
		Tags tags
	}
	all := map[[2]string]found{}
	for _, typ := range slices.Sorted(maps.Keys(wanted)) {
		for _, expression := range expressions(typ, slices.Sorted(maps.Keys(wanted[typ]))) {
			for token := ""; ; {
				rows, next, err := query(ctx, expression, token)
				if err != nil {
					c.out.warn("warning", c.out.Target.text()+": ARNs and tags of "+typ+" could not be looked up", reason(err))
					break
				}
				for _, row := range rows {
					var item struct {
						ResourceID string
						found
					}
					if err := json.Unmarshal([]byte(row), &item); err == nil {
						all[[2]string{typ, item.ResourceID}] = item.found
					}
				}
				if token = next; token == "" {
					break
				}
			}
		}
	}
	for _, m := range c.out.pending {
		known := all[[2]string{m.Resource.Type, m.Resource.ID}]
		m.Resource.ARN = cmp.Or(m.Resource.ARN, known.ARN)
		m.Resource.AWSTags = known.Tags.ofAWS()
		c.out.add(m)
	}
	c.out.pending = nil
	return ctx.Err()
}

// tags are the tags of a configuration item.
type tags []struct{ Key, Value string }

// ofAWS are the tags that AWS itself sets; nil if there are none.
func (ts tags) ofAWS() map[string]string {
	m := map[string]string{}
	for _, t := range ts {
		m[t.Key] = t.Value
	}
	return ofAWS(m)
}

// ofAWS leaves out the tags that people set: nobody else needs to see them.
func ofAWS(tags map[string]string) map[string]string {
	var all map[string]string
	for k, v := range tags {
		if strings.HasPrefix(k, "aws:") {
			if all == nil {
				all = map[string]string{}
			}
			all[k] = v
		}
	}
	return all
}

// maxExpression is AWS's limit for an advanced query, less what an aggregator adds.
const maxExpression = 4096 - len(" AND accountId = '000000000000' AND awsRegion = 'xx-xxxxxxxxxxxx-0'")

// expressions ask for the ARNs of resources, in as few queries as fit.
func expressions(typ string, ids []string) []string {
	head := "SELECT resourceId, arn, tags WHERE resourceType = '" + typ + "' AND resourceId IN ("
	var all []string
	line := ""
	for _, id := range ids {
		if strings.ContainsAny(id, `'\`) {
			continue
		}
		item := "'" + id + "'"
		if line != "" && len(head)+len(line)+len(item)+2 > maxExpression {
			all = append(all, head+line+")")
			line = ""
		}
		if line != "" {
			line += ","
		}
		line += item
	}
	if line != "" {
		all = append(all, head+line+")")
	}
	return all
}

var (
	packSuffix = regexp.MustCompile(`-conformance-pack-[a-z0-9]+$`)
	orgPack    = regexp.MustCompile(`^OrgConformsPack-(.+)-[a-zA-Z0-9]{8}$`)
	orgRule    = regexp.MustCompile(`^OrgConfigRule-(.+)-[a-zA-Z0-9]{8}$`)
)

// packName is the name that people gave a conformance pack, without what AWS
// adds to it in the accounts of an organization.
func packName(name string) string {
	if m := orgPack.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return name
}

// baseName is the name of a rule without what AWS adds to it.
func baseName(name string) string {
	name = strings.TrimPrefix(packSuffix.ReplaceAllString(name, ""), "awsconfigconforms-")
	if m := orgRule.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return name
}
