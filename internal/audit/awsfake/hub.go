package awsfake

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

const aggregatorARN = "arn:aws:securityhub:eu-central-1:111111111111:finding-aggregator/1"

var hubOperations = map[string]handler{
	"ListFindingAggregators": hubbed(func(w *World, c *call, hub *Contents) (map[string]any, *fault) {
		all := []any{}
		if hub.Home != "" {
			all = append(all, map[string]any{"FindingAggregatorArn": aggregatorARN})
		}
		return map[string]any{"FindingAggregators": all}, nil
	}),
	"GetFindingAggregator": hubbed(func(w *World, c *call, hub *Contents) (map[string]any, *fault) {
		return map[string]any{"FindingAggregatorArn": aggregatorARN, "FindingAggregationRegion": hub.Home, "RegionLinkingMode": "ALL_REGIONS"}, nil
	}),
	"ListMembers": hubbed(func(w *World, c *call, hub *Contents) (map[string]any, *fault) {
		all := []any{}
		for _, m := range hub.Members {
			all = append(all, map[string]any{"AccountId": m, "MemberStatus": "Enabled"})
		}
		return map[string]any{"Members": all}, nil
	}),
	"GetEnabledStandards": hubbed(func(w *World, c *call, hub *Contents) (map[string]any, *fault) {
		part, next, f := page(w, hub.Standards, c.text("NextToken"), c.number("MaxResults"), 100)
		all := []any{}
		for _, s := range part {
			all = append(all, map[string]any{"StandardsArn": s.ARN, "StandardsSubscriptionArn": s.ARN, "StandardsInput": map[string]any{}, "StandardsStatus": "READY"})
		}
		return withToken(map[string]any{"StandardsSubscriptions": all}, next), f
	}),
	"ListSecurityControlDefinitions": hubbed(func(w *World, c *call, hub *Contents) (map[string]any, *fault) {
		var controls []Control
		for _, s := range hub.Standards {
			if s.ARN == c.text("StandardsArn") {
				controls = s.Controls
			}
		}
		part, next, f := page(w, controls, c.text("NextToken"), c.number("MaxResults"), 100)
		all := []any{}
		for _, k := range part {
			all = append(all, map[string]any{"SecurityControlId": k.ID, "Title": k.Title, "Description": "about " + k.ID, "SeverityRating": k.Severity,
				"RemediationUrl": "https://docs.aws.amazon.com/console/securityhub/" + k.ID + "/remediation", "CurrentRegionAvailability": "AVAILABLE"})
		}
		return withToken(map[string]any{"SecurityControlDefinitions": all}, next), f
	}),
	"BatchGetStandardsControlAssociations": hubbed(func(w *World, c *call, hub *Contents) (map[string]any, *fault) {
		ids, _ := c.body["StandardsControlAssociationIds"].([]any)
		if len(ids) == 0 || len(ids) > 100 {
			return nil, bad("InvalidInputException", "%d associations", len(ids))
		}
		all := []any{}
		for _, id := range ids {
			m, _ := id.(map[string]any)
			for _, s := range hub.Standards {
				for _, k := range s.Controls {
					if s.ARN == m["StandardsArn"] && k.ID == m["SecurityControlId"] {
						status := "ENABLED"
						if k.Disabled {
							status = "DISABLED"
						}
						all = append(all, map[string]any{"StandardsArn": s.ARN, "SecurityControlId": k.ID, "SecurityControlArn": "arn", "AssociationStatus": status})
					}
				}
			}
		}
		return map[string]any{"StandardsControlAssociationDetails": all}, nil
	}),
	"GetFindings": hubbed(func(w *World, c *call, hub *Contents) (map[string]any, *fault) {
		filters, _ := c.body["Filters"].(map[string]any)
		if len(filters) > 10 {
			return nil, bad("InvalidInputException", "%d filters", len(filters))
		}
		var all []any
		for _, f := range w.findings(c.place) {
			if finding := f.asff(); matches(filters, finding) {
				all = append(all, finding)
			}
		}
		part, next, f := page(w, all, c.text("NextToken"), c.number("MaxResults"), 100)
		if part == nil {
			part = []any{}
		}
		return withToken(map[string]any{"Findings": part}, next), f
	}),
	"GetFindingsV2": func(w *World, c *call) (map[string]any, *fault) {
		if !w.at(c.place).HubV2 {
			return nil, offV2
		}
		var all []any
		for _, f := range w.findings(c.place) {
			all = append(all, f.ocsf())
		}
		part, next, f := page(w, all, c.text("NextToken"), c.number("MaxResults"), 100)
		return withToken(map[string]any{"Findings": part}, next), f
	},
	"BatchUpdateFindings": hubbed(func(w *World, c *call, hub *Contents) (map[string]any, *fault) {
		ids, _ := c.body["FindingIdentifiers"].([]any)
		note, _ := c.body["Note"].(map[string]any)
		text, _ := note["Text"].(string)
		workflow, _ := c.body["Workflow"].(map[string]any)
		if len(ids) == 0 || len(ids) > 100 || len(text) > 512 {
			return nil, bad("InvalidInputException", "%d findings, a note of %d characters", len(ids), len(text))
		}
		processed, unprocessed := []any{}, []any{}
		for _, id := range ids {
			m, _ := id.(map[string]any)
			i := slices.IndexFunc(w.findings(c.place), func(f *Finding) bool { return f.ID == m["Id"] && m["ProductArn"] == productARN(f.Region) })
			if i < 0 {
				unprocessed = append(unprocessed, map[string]any{"FindingIdentifier": m, "ErrorCode": "FindingNotFound", "ErrorMessage": "no such finding"})
				continue
			}
			f := w.findings(c.place)[i]
			if status, ok := workflow["Status"].(string); ok {
				f.Workflow = status
			}
			f.Note = cmp.Or(text, f.Note)
			processed = append(processed, m)
		}
		return map[string]any{"ProcessedFindings": processed, "UnprocessedFindings": unprocessed}, nil
	}),
	"CreateAutomationRule": hubbed(func(w *World, c *call, hub *Contents) (map[string]any, *fault) {
		return hub.automate(c, "automation-rule")
	}),
	"BatchDeleteAutomationRules": hubbed(func(w *World, c *call, hub *Contents) (map[string]any, *fault) {
		arns, _ := c.body["AutomationRulesArns"].([]any)
		if len(arns) == 0 || len(arns) > 100 {
			return nil, bad("InvalidInputException", "%d rules", len(arns))
		}
		processed, unprocessed := []any{}, []any{}
		for _, arn := range arns {
			if hub.unautomate(fmt.Sprint(arn)) {
				processed = append(processed, arn)
			} else {
				unprocessed = append(unprocessed, map[string]any{"RuleArn": arn, "ErrorCode": 404, "ErrorMessage": "no such rule"})
			}
		}
		out := map[string]any{"UnprocessedAutomationRules": unprocessed}
		if len(processed) > 0 {
			out["ProcessedAutomationRules"] = processed
		}
		return out, nil
	}),
	"BatchUpdateFindingsV2": func(w *World, c *call) (map[string]any, *fault) {
		ids, _ := c.body["MetadataUids"].([]any)
		comment, commented := c.body["Comment"].(string)
		status := map[int]string{1: "NEW", 2: "IN PROGRESS", 3: "SUPPRESSED", 4: "RESOLVED"}[c.number("StatusId")]
		switch {
		case !w.at(c.place).HubV2:
			return nil, offV2
		case len(ids) == 0 || len(ids) > 100 || status == "" || commented && (comment == "" || len(comment) > 512):
			return nil, bad("ValidationException", "the update %v does not fit", c.body)
		}
		processed, unprocessed := []any{}, []any{}
		for _, id := range ids {
			i := slices.IndexFunc(w.findings(c.place), func(f *Finding) bool { return f.ID == id })
			if i < 0 {
				unprocessed = append(unprocessed, map[string]any{"MetadataUid": id, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": "no such finding"})
				continue
			}
			f := w.findings(c.place)[i]
			f.Workflow, f.Note = status, cmp.Or(comment, f.Note)
			processed = append(processed, map[string]any{"MetadataUid": id})
		}
		return map[string]any{"ProcessedFindings": processed, "UnprocessedFindings": unprocessed}, nil
	},
	"CreateAutomationRuleV2": func(w *World, c *call) (map[string]any, *fault) {
		if !w.at(c.place).HubV2 {
			return nil, offV2
		}
		return w.at(c.place).automate(c, "automation-rulev2")
	},
	"DeleteAutomationRuleV2": func(w *World, c *call) (map[string]any, *fault) {
		if !w.at(c.place).unautomate("automation-rulev2/" + c.text("Identifier")) {
			return nil, &fault{http.StatusNotFound, "ResourceNotFoundException", "no such rule"}
		}
		return map[string]any{}, nil
	},
}

var offV2 = &fault{http.StatusForbidden, "AccessDeniedException", "Security Hub is not enabled"}

// automate makes an automation rule.
func (c *Contents) automate(k *call, kind string) (map[string]any, *fault) {
	actions, _ := k.body["Actions"].([]any)
	if k.text("RuleName") == "" || k.text("Description") == "" || k.number("RuleOrder") < 1 || k.number("RuleOrder") > 1000 || len(actions) != 1 || k.body["Criteria"] == nil {
		return nil, bad("ValidationException", "the rule %v does not fit", k.body)
	}
	if c.Automation == nil {
		c.Automation = map[string]map[string]any{}
	}
	c.made++
	arn := fmt.Sprintf("arn:aws:securityhub:%s:%s:%s/%d", k.place.Region, k.place.Account, kind, c.made)
	c.Automation[arn] = k.body
	return map[string]any{"RuleArn": arn}, nil
}

// unautomate deletes the automation rule whose ARN ends so.
func (c *Contents) unautomate(end string) bool {
	for arn := range c.Automation {
		if strings.HasSuffix(arn, end) {
			delete(c.Automation, arn)
			return true
		}
	}
	return false
}

// hubbed refuses where Security Hub is off, as AWS does.
func hubbed(f func(*World, *call, *Contents) (map[string]any, *fault)) handler {
	return func(w *World, c *call) (map[string]any, *fault) {
		hub := w.at(c.place)
		if !hub.Hub {
			return nil, &fault{http.StatusForbidden, "InvalidAccessException", "Account " + c.place.Account + " is not subscribed to AWS Security Hub"}
		}
		return f(w, c, hub)
	}
}

// findings are what a caller at p sees: its own, its members', and those of
// linked regions in the home region.
func (w *World) findings(p Place) []*Finding {
	hub := w.at(p)
	var all []*Finding
	for _, q := range w.places() {
		if (q.Account == p.Account || slices.Contains(hub.Members, q.Account)) && (q.Region == p.Region || hub.Home == p.Region) {
			all = append(all, w.at(q).Findings...)
		}
	}
	return all
}

func productARN(region string) string {
	return "arn:aws:securityhub:" + region + "::product/aws/securityhub"
}

// asff is the finding in AWS Security Finding Format.
func (f *Finding) asff() map[string]any {
	compliance := map[string]any{"Status": f.Status}
	m := map[string]any{
		"SchemaVersion": "2018-10-08", "Id": f.ID, "ProductArn": productARN(f.Region), "ProductName": "Security Hub",
		"GeneratorId": "security-control/" + f.Control, "AwsAccountId": f.Account, "Region": f.Region,
		"CreatedAt": "2026-01-01T00:00:00.000Z", "UpdatedAt": "2026-11-20T00:00:00.000Z", "FirstObservedAt": "2026-01-01T00:00:00.000Z",
		"Title": cmp.Or(f.Title, "title of "+f.Control), "Description": "about " + cmp.Or(f.Title, f.Control), "Severity": map[string]any{"Label": f.Severity},
		"Compliance": compliance, "RecordState": "ACTIVE", "Workflow": map[string]any{"Status": f.Workflow},
		"Remediation": map[string]any{"Recommendation": map[string]any{"Text": "do this", "Url": "https://docs.aws.amazon.com/console/securityhub/" + f.Control + "/remediation"}},
		"Resources":   []any{map[string]any{"Type": f.ResourceType, "Id": f.ResourceID, "Region": f.Region, "Tags": f.Tags}},
	}
	if f.Archived {
		m["RecordState"] = "ARCHIVED"
	}
	if f.Note != "" {
		m["Note"] = map[string]any{"Text": f.Note, "UpdatedBy": "security", "UpdatedAt": "2026-11-20T00:00:00.000Z"}
	}
	if f.Legacy {
		m["GeneratorId"] = strings.TrimPrefix(f.Standards[0], "standards/") + "/" + f.Control
		m["ProductFields"] = map[string]any{"ControlId": f.Control, "StandardsArn": "arn:aws:securityhub:::" + f.Standards[0]}
		return m
	}
	standards := []any{}
	for _, s := range f.Standards {
		standards = append(standards, map[string]any{"StandardsId": s})
	}
	compliance["SecurityControlId"], compliance["AssociatedStandards"] = f.Control, standards
	return m
}

func (f *Finding) ocsf() map[string]any {
	tags := []any{}
	for _, k := range slices.Sorted(maps.Keys(f.Tags)) {
		tags = append(tags, map[string]any{"name": k, "values": []string{f.Tags[k]}})
	}
	status := map[string]string{"PASSED": "Pass", "FAILED": "Fail"}[f.Status]
	return map[string]any{
		"class_name": "Compliance Finding", "metadata": map[string]any{"uid": f.ID},
		"compliance":   map[string]any{"control": f.Control, "status": cmp.Or(status, "Warning"), "standards": f.Standards},
		"finding_info": map[string]any{"uid": f.ID, "title": f.Title, "desc": "about " + f.Title},
		"resources":    []any{map[string]any{"type": f.ResourceType, "uid": f.ResourceID, "tags": tags}},
		"severity":     f.Severity, "status": title(f.Workflow), "comment": f.Note, "time": 1763596800000,
		"remediation": map[string]any{"desc": "do this", "references": []string{"https://docs.aws.amazon.com/x"}},
	}
}

// title is NEW as OCSF writes it: New.
func title(s string) string {
	if s == "" {
		return "New"
	}
	return s[:1] + strings.ToLower(s[1:])
}

// matches applies EQUALS filters on members of the finding's top level.
func matches(filters, finding map[string]any) bool {
	for name, value := range filters {
		conditions, _ := value.([]any)
		if !slices.ContainsFunc(conditions, func(c any) bool {
			m, _ := c.(map[string]any)
			return m["Comparison"] == "EQUALS" && m["Value"] == finding[name]
		}) {
			return false
		}
	}
	return true
}
