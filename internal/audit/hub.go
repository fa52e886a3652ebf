package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// A hub is how Security Hub is read: by which account and in which region.
type hub struct {
	admin  bool   // the own account reads the findings of all members
	home   string // the region that has the findings of the linked regions; "" if there is none
	linked func(region string) bool
}

// findHub finds out who may read whose findings, and where.
func findHub(ctx context.Context, s *session, regions []string) (*hub, error) {
	h := &hub{linked: func(string) bool { return false }}
	var failure error
	for _, region := range regions {
		client := s.securityHub(s.account, region)
		p := securityhub.NewListFindingAggregatorsPaginator(client, &securityhub.ListFindingAggregatorsInput{})
		page, err := p.NextPage(ctx)
		if err != nil {
			failure = err
			continue
		}
		failure = nil
		if members, err := client.ListMembers(ctx, &securityhub.ListMembersInput{OnlyAssociated: aws.Bool(true)}); err == nil && len(members.Members) > 0 {
			h.admin = true
		}
		if len(page.FindingAggregators) == 0 {
			continue
		}
		a, err := client.GetFindingAggregator(ctx, &securityhub.GetFindingAggregatorInput{FindingAggregatorArn: page.FindingAggregators[0].FindingAggregatorArn})
		if err != nil {
			return h, err
		}
		h.home = aws.ToString(a.FindingAggregationRegion)
		h.linked = linked(aws.ToString(a.RegionLinkingMode), h.home, a.Regions)
		break
	}
	return h, failure
}

// linked tells which regions send their findings to the home region.
func linked(mode, home string, regions []string) func(string) bool {
	return func(region string) bool {
		switch {
		case region == home || mode == "ALL_REGIONS":
			return true
		case mode == "ALL_REGIONS_EXCEPT_SPECIFIED":
			return !slices.Contains(regions, region)
		case mode == "SPECIFIED_REGIONS":
			return slices.Contains(regions, region)
		}
		return false
	}
}

// place is the account and region where the findings about t are read.
func (h *hub) place(s *session, t target) target {
	at := t
	if h.admin || s.role == "" {
		at.Account = s.account
	}
	if h.linked(t.Region) {
		at.Region = h.home
	}
	return at
}

// A hubReader reads Security Hub's findings about one target.
type hubReader struct {
	client    *securityhub.Client
	catalogue *catalogue
	partition string
	out       *reading
}

// read reads all control findings, those that passed too: the score needs them.
func (h *hubReader) read(ctx context.Context) error {
	equals := func(s string) []types.StringFilter {
		return []types.StringFilter{{Value: &s, Comparison: types.StringFilterComparisonEquals}}
	}
	in := &securityhub.GetFindingsInput{MaxResults: aws.Int32(100), Filters: &types.AwsSecurityFindingFilters{
		ProductName: equals("Security Hub"), RecordState: equals("ACTIVE"),
		AwsAccountId: equals(h.out.Target.Account), Region: equals(h.out.Target.Region),
	}}
	for p := securityhub.NewGetFindingsPaginator(h.client, in); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return err
		}
		for i := range page.Findings {
			h.finding(&page.Findings[i])
		}
	}
	return nil
}

// notEnabled reports whether AWS refused because Security Hub is off.
func notEnabled(err error) bool {
	if e, ok := errors.AsType[*types.InvalidAccessException](err); ok {
		return strings.Contains(e.ErrorMessage(), "not subscribed")
	}
	_, ok := errors.AsType[*types.ResourceNotFoundException](err)
	return ok
}

func (h *hubReader) finding(f *types.AwsSecurityFinding) {
	if f.Compliance == nil || f.RecordState == types.RecordStateArchived {
		return
	}
	found := hubFinding{
		id: aws.ToString(f.Id), product: aws.ToString(f.ProductArn), control: controlID(f),
		status: string(f.Compliance.Status), title: aws.ToString(f.Title), description: aws.ToString(f.Description),
		updated: moment(aws.ToString(f.UpdatedAt)), first: moment(aws.ToString(f.FirstObservedAt)),
		standards: standardsOf(f),
	}
	if found.control == "" {
		return
	}
	for _, reason := range f.Compliance.StatusReasons {
		found.reasons = append(found.reasons, strings.TrimSpace(aws.ToString(reason.ReasonCode)+" "+aws.ToString(reason.Description)))
	}
	if f.Workflow != nil {
		found.workflow = string(f.Workflow.Status)
	}
	if f.Note != nil {
		found.note, found.noted = aws.ToString(f.Note.Text), aws.ToString(f.Note.UpdatedBy)
	}
	if f.Severity != nil {
		found.severity = string(f.Severity.Label)
	}
	if f.Remediation != nil && f.Remediation.Recommendation != nil {
		found.recommendation, found.url = aws.ToString(f.Remediation.Recommendation.Text), aws.ToString(f.Remediation.Recommendation.Url)
	}
	for _, r := range f.Resources {
		found.resources = append(found.resources, hubResource{aws.ToString(r.Type), aws.ToString(r.Id), ofAWS(r.Tags)})
	}
	h.add(&found)
}

// A hubFinding is a finding of a control, in whatever form Security Hub has it.
type hubFinding struct {
	id, product, control, status, workflow string
	format                                 string
	title, description, severity           string
	recommendation, url                    string
	note, noted                            string
	standards, reasons                     []string
	updated, first                         *time.Time
	resources                              []hubResource
}

type hubResource struct {
	typ, id string
	tags    map[string]string // of AWS
}

// add counts a finding and adds a result for each of its resources.
func (h *hubReader) add(f *hubFinding) {
	suppressed := f.workflow == string(types.WorkflowStatusSuppressed)
	if !suppressed && !h.catalogue.disabled[f.control] {
		tally := h.out.Controls[f.control]
		if tally == nil {
			tally = &controlTally{}
			h.out.Controls[f.control] = tally
		}
		tally.add(&controlTally{
			Passed: f.status == "PASSED", Failed: f.status == "FAILED",
			Unknown: f.status == "WARNING" || f.status == "NOT_AVAILABLE", Standards: f.standards,
		})
	}
	var verdict assessment.Verdict
	switch f.status {
	case "PASSED":
		verdict = assessment.Compliant
	case "FAILED":
		verdict = assessment.NonCompliant
	default:
		verdict = assessment.InsufficientData
	}
	id, facts := ruleOf(f.control)
	for _, r := range f.resources {
		m := newResult(id, facts, verdict, cmp.Or(strings.Join(f.reasons, "; "), f.title))
		if s, err := hipaa.ParseSeverity(f.severity); err == nil && facts == nil {
			m.Severity = s
		} else if s, ok := h.catalogue.severity[f.control]; ok && facts == nil {
			m.Severity = s
		}
		m.Resource = canonical(assessment.Resource{
			Type: configType(r.typ), ID: r.id, Account: h.out.Target.Account, Region: h.out.Target.Region, AWSTags: r.tags,
		}, h.partition)
		m.Sources = []assessment.Source{{
			Name: SourceHub, Rule: f.control, Verdict: verdict, Evaluated: f.updated, FirstSeen: f.first,
			Finding: f.id, Product: f.product, Format: f.format, Workflow: f.workflow, Severity: f.severity,
			Title:          cmp.Or(h.catalogue.title[f.control], f.title),
			Description:    cmp.Or(f.description, h.catalogue.description[f.control]),
			Recommendation: f.recommendation, URL: cmp.Or(f.url, h.catalogue.url[f.control]),
		}}
		if suppressed {
			m.Exception = &assessment.Exception{Reason: cmp.Or(f.note, "suppressed in Security Hub without a note"), Owner: f.noted}
		}
		h.out.add(m)
	}
}

// ruleOf is what a control's results are named: by the rule of the HIPAA pack
// with the same check, so that AWS Config's verdicts meet them, or else by the
// control itself.
func ruleOf(control string) (string, *hipaa.Rule) {
	if c, ok := hipaa.LookupControl(control); ok {
		if rules := c.Rules(); len(rules) > 0 {
			return rules[0].Identifier, rules[0]
		}
		return c.ID, nil
	}
	return control, nil
}

// controlID is the control of a finding. Findings of before consolidation have
// it in ProductFields, or at the end of their generator.
func controlID(f *types.AwsSecurityFinding) string {
	if id := aws.ToString(f.Compliance.SecurityControlId); id != "" {
		return id
	}
	generator := aws.ToString(f.GeneratorId)
	if id, ok := strings.CutPrefix(generator, "security-control/"); ok {
		return id
	}
	if id := f.ProductFields["ControlId"]; id != "" {
		return id
	}
	if id := f.ProductFields["RuleId"]; id != "" { // CIS counts its rules: 1.3
		return "CIS." + id
	}
	return ""
}

// standardsOf names a finding's standards, such as
// standards/aws-foundational-security-best-practices/v/1.0.0.
func standardsOf(f *types.AwsSecurityFinding) []string {
	var all []string
	for _, s := range f.Compliance.AssociatedStandards {
		all = append(all, aws.ToString(s.StandardsId))
	}
	if arn := f.ProductFields["StandardsArn"]; arn != "" && len(all) == 0 {
		all = append(all, standardOf(arn))
	}
	if arn := f.ProductFields["StandardsGuideArn"]; arn != "" && len(all) == 0 {
		all = append(all, standardOf(arn))
	}
	return all
}

// standardOf is the part of a standard's ARN that findings name it by.
func standardOf(arn string) string {
	for _, mark := range []string{":standards/", ":ruleset/"} {
		if i := strings.Index(arn, mark); i >= 0 {
			return arn[i+1:]
		}
	}
	return arn
}

func moment(s string) *time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return nil
	}
	t = t.UTC()
	return &t
}

// A catalogue is what Security Hub itself says about its controls, of today.
type catalogue struct {
	title, description, url map[string]string
	severity                map[string]hipaa.Severity
	disabled                map[string]bool // in all standards
	failure                 error           // why it is not whole
}

// readCatalogue reads titles, severities, links, and which controls are off.
func readCatalogue(ctx context.Context, client *securityhub.Client) (*catalogue, error) {
	c := &catalogue{
		title: map[string]string{}, description: map[string]string{}, url: map[string]string{},
		severity: map[string]hipaa.Severity{}, disabled: map[string]bool{},
	}
	enabled := map[string]bool{}
	for p := securityhub.NewGetEnabledStandardsPaginator(client, &securityhub.GetEnabledStandardsInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return c, err
		}
		for _, s := range page.StandardsSubscriptions {
			if err := c.standard(ctx, client, aws.ToString(s.StandardsArn), enabled); err != nil {
				return c, fmt.Errorf("standard %s: %w", aws.ToString(s.StandardsArn), err)
			}
		}
	}
	for id := range enabled {
		delete(c.disabled, id)
	}
	return c, nil
}

func (c *catalogue) standard(ctx context.Context, client *securityhub.Client, arn string, enabled map[string]bool) error {
	var ids []types.StandardsControlAssociationId
	for p := securityhub.NewListSecurityControlDefinitionsPaginator(client, &securityhub.ListSecurityControlDefinitionsInput{StandardsArn: &arn, MaxResults: aws.Int32(100)}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, d := range page.SecurityControlDefinitions {
			id := aws.ToString(d.SecurityControlId)
			c.title[id], c.description[id], c.url[id] = aws.ToString(d.Title), aws.ToString(d.Description), aws.ToString(d.RemediationUrl)
			if s, err := hipaa.ParseSeverity(string(d.SeverityRating)); err == nil {
				c.severity[id] = s
			}
			ids = append(ids, types.StandardsControlAssociationId{SecurityControlId: d.SecurityControlId, StandardsArn: &arn})
		}
	}
	for chunk := range slices.Chunk(ids, 100) {
		out, err := client.BatchGetStandardsControlAssociations(ctx, &securityhub.BatchGetStandardsControlAssociationsInput{StandardsControlAssociationIds: chunk})
		if err != nil {
			return err
		}
		for _, a := range out.StandardsControlAssociationDetails {
			if a.AssociationStatus == types.AssociationStatusDisabled {
				c.disabled[aws.ToString(a.SecurityControlId)] = true
			} else {
				enabled[aws.ToString(a.SecurityControlId)] = true
			}
		}
	}
	return nil
}
