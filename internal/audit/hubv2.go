package audit

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"
)

// An ocsfFinding is what is needed of a finding in the Open Cybersecurity Schema
// Framework, which Security Hub of 2025 has.
type ocsfFinding struct {
	Compliance struct {
		Control       string   `document:"control"`
		Status        string   `document:"status"`
		Standards     []string `document:"standards"`
		StatusDetails []string `document:"status_details"`
	} `document:"compliance"`
	FindingInfo struct {
		UID       string `document:"uid"`
		Title     string `document:"title"`
		Desc      string `document:"desc"`
		FirstSeen int64  `document:"first_seen_time"`
	} `document:"finding_info"`
	Metadata struct {
		UID string `document:"uid"`
	} `document:"metadata"`
	Remediation struct {
		Desc       string   `document:"desc"`
		References []string `document:"references"`
	} `document:"remediation"`
	Resources []struct {
		Type string `document:"type"`
		UID  string `document:"uid"`
		Tags []struct {
			Name   string   `document:"name"`
			Value  string   `document:"value"`
			Values []string `document:"values"`
		} `document:"tags"`
	} `document:"resources"`
	Severity string `document:"severity"`
	Status   string `document:"status"`
	Comment  string `document:"comment"`
	Time     int64  `document:"time"`
}

// readV2 reads the control findings where only Security Hub of 2025 is enabled.
func (h *hubReader) readV2(ctx context.Context) error {
	equals := func(field types.OcsfStringField, value string) types.OcsfStringFilter {
		return types.OcsfStringFilter{FieldName: field, Filter: &types.StringFilter{Value: &value, Comparison: types.StringFilterComparisonEquals}}
	}
	in := &securityhub.GetFindingsV2Input{MaxResults: aws.Int32(100), Filters: &types.OcsfFindingFilters{
		CompositeOperator: types.AllowedOperatorsAnd,
		CompositeFilters: []types.CompositeFilter{{Operator: types.AllowedOperatorsAnd, StringFilters: []types.OcsfStringFilter{
			equals(types.OcsfStringFieldClassName, "Compliance Finding"),
			equals(types.OcsfStringFieldCloudAccountUid, h.out.Target.Account),
			equals(types.OcsfStringFieldCloudRegion, h.out.Target.Region),
		}}},
	}}
	for p := securityhub.NewGetFindingsV2Paginator(h.client, in); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, doc := range page.Findings {
			var f ocsfFinding
			if err := doc.UnmarshalSmithyDocument(&f); err != nil {
				return err
			}
			h.ocsf(&f)
		}
	}
	return nil
}

func (h *hubReader) ocsf(f *ocsfFinding) {
	if f.Compliance.Control == "" || f.Status == "Archived" {
		return
	}
	found := hubFinding{
		id: f.Metadata.UID, format: FormatOCSF, control: strings.TrimPrefix(f.Compliance.Control, "security-control/"), status: "WARNING",
		title: f.FindingInfo.Title, description: f.FindingInfo.Desc, severity: strings.ToUpper(f.Severity),
		recommendation: f.Remediation.Desc, standards: f.Compliance.Standards,
		reasons: f.Compliance.StatusDetails, updated: millis(f.Time), first: millis(f.FindingInfo.FirstSeen),
		workflow: strings.ToUpper(f.Status), note: f.Comment,
	}
	switch strings.ToLower(f.Compliance.Status) {
	case "pass", "passed":
		found.status = "PASSED"
	case "fail", "failed":
		found.status = "FAILED"
	}
	if len(f.Remediation.References) > 0 {
		found.url = f.Remediation.References[0]
	}
	for _, r := range f.Resources {
		tags := map[string]string{}
		for _, t := range r.Tags { // value is of older versions of the schema
			tags[t.Name] = cmp.Or(t.Value, strings.Join(t.Values, ","))
		}
		found.resources = append(found.resources, hubResource{r.Type, r.UID, ofAWS(tags)})
	}
	h.add(&found)
}

func millis(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	t := time.UnixMilli(ms).UTC()
	return &t
}
