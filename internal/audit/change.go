package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"
)

// FormatOCSF is the format of the findings of Security Hub of 2025.
const FormatOCSF = "ocsf"

// A Change sets the workflow status of one finding in Security Hub, or, to take
// back what Automate did, deletes an automation rule.
type Change struct {
	Finding  string `json:"finding,omitempty"`
	Product  string `json:"product,omitempty"`
	Format   string `json:"format,omitempty"` // FormatOCSF, or "" for ASFF
	Region   string `json:"region"`           // where Security Hub is told
	Workflow string `json:"workflow,omitempty"`
	Note     string `json:"note,omitempty"`
	// Rule is the ARN of an automation rule to delete, instead of a finding.
	Rule string `json:"rule,omitempty"`
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
	type group struct{ region, workflow, note, format string }
	groups := map[group][]Change{}
	var order []group
	s := &session{base: cfg, limits: newLimiter(Limits)}
	for _, c := range changes {
		if len(c.Note) > maxNote {
			return nil, nil, fmt.Errorf("the reason has %d characters, Security Hub takes %d", len(c.Note), maxNote)
		}
		g := group{c.Region, c.Workflow, c.Note, c.Format}
		if c.Rule != "" {
			g = group{region: c.Region}
		}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], c)
	}
	for _, g := range order {
		client := s.securityHub("", g.region)
		tell := func(part []Change) (map[string]string, error) { return updateASFF(ctx, client, part, by) }
		switch {
		case groups[g][0].Rule != "":
			tell = func(part []Change) (map[string]string, error) { return deleteRules(ctx, client, part) }
		case g.format == FormatOCSF:
			tell = func(part []Change) (map[string]string, error) { return updateOCSF(ctx, client, part) }
		}
		for part := range slices.Chunk(groups[g], 100) {
			bad, err := tell(part)
			if err != nil {
				return done, refused, fmt.Errorf("update findings in Security Hub of %s: %w", g.region, err)
			}
			for _, c := range part {
				name := cmp.Or(c.Rule, c.Finding)
				if why, ok := bad[name]; ok {
					refused = append(refused, Refusal{name, why})
				} else {
					done = append(done, c)
				}
			}
		}
	}
	return done, refused, nil
}

// updateASFF makes changes that are alike but for their findings. It returns why
// findings were refused: the call itself succeeds then.
func updateASFF(ctx context.Context, client *securityhub.Client, part []Change, by string) (map[string]string, error) {
	in := &securityhub.BatchUpdateFindingsInput{Workflow: &types.WorkflowUpdate{Status: types.WorkflowStatus(part[0].Workflow)}}
	if note := part[0].Note; note != "" {
		in.Note = &types.NoteUpdate{Text: &note, UpdatedBy: &by}
	}
	for _, c := range part {
		in.FindingIdentifiers = append(in.FindingIdentifiers, types.AwsSecurityFindingIdentifier{Id: &c.Finding, ProductArn: &c.Product})
	}
	out, err := client.BatchUpdateFindings(ctx, in)
	if err != nil {
		return nil, err
	}
	bad := map[string]string{}
	for _, u := range out.UnprocessedFindings {
		bad[aws.ToString(u.FindingIdentifier.Id)] = aws.ToString(u.ErrorCode) + ": " + aws.ToString(u.ErrorMessage)
	}
	return bad, nil
}

// ocsfStatus are the status ids of findings in OCSF.
var ocsfStatus = map[string]int32{"NEW": 1, "IN PROGRESS": 2, "SUPPRESSED": 3, "RESOLVED": 4}

func updateOCSF(ctx context.Context, client *securityhub.Client, part []Change) (map[string]string, error) {
	status, ok := ocsfStatus[part[0].Workflow]
	if !ok {
		return nil, fmt.Errorf("the status %q is none that findings of Security Hub of 2025 can be set to", part[0].Workflow)
	}
	in := &securityhub.BatchUpdateFindingsV2Input{StatusId: &status}
	if note := part[0].Note; note != "" {
		in.Comment = &note
	}
	for _, c := range part {
		in.MetadataUids = append(in.MetadataUids, c.Finding)
	}
	out, err := client.BatchUpdateFindingsV2(ctx, in)
	if err != nil {
		return nil, err
	}
	bad := map[string]string{}
	for _, u := range out.UnprocessedFindings {
		bad[aws.ToString(u.MetadataUid)] = string(u.ErrorCode) + ": " + aws.ToString(u.ErrorMessage)
	}
	return bad, nil
}
