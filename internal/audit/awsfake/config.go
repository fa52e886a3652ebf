package awsfake

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

var stsOperations = map[string]handler{
	"GetCallerIdentity": func(w *World, c *call) (map[string]any, *fault) {
		return map[string]any{"Account": c.place.Account, "Arn": w.caller(c), "UserId": "AIDA"}, nil
	},
	"AssumeRole": func(w *World, c *call) (map[string]any, *fault) {
		parts := strings.Split(c.form.Get("RoleArn"), ":")
		if len(parts) < 6 || parts[5] != "role/"+w.Role || !slices.Contains(w.Accounts, parts[4]) || w.Denied[parts[4]] {
			return nil, &fault{http.StatusForbidden, "AccessDenied", "not authorized to perform: sts:AssumeRole on resource: " + c.form.Get("RoleArn")}
		}
		return map[string]any{"Credentials": map[string]any{
			"AccessKeyId": "ASIA" + parts[4] + "AAAA", "SecretAccessKey": "secret", "SessionToken": "token", "Expiration": "2099-01-01T00:00:00Z",
		}, "AssumedRoleUser": map[string]any{"Arn": "arn:aws:sts::" + parts[4] + ":assumed-role/" + w.Role + "/audit", "AssumedRoleId": "AROA" + parts[4] + ":audit"}}, nil
	},
}

var organizationsOperations = map[string]handler{
	"ListAccounts": func(w *World, c *call) (map[string]any, *fault) {
		if len(w.Accounts) == 0 {
			return nil, bad("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
		}
		ids, next, f := page(w, w.Accounts, c.text("NextToken"), c.number("MaxResults"), 20)
		var all []any
		for _, id := range ids {
			all = append(all, map[string]any{"Id": id, "Status": "ACTIVE", "State": "ACTIVE", "Name": "account " + id})
		}
		return withToken(map[string]any{"Accounts": all}, next), f
	},
}

var accountOperations = map[string]handler{
	"ListRegions": func(w *World, c *call) (map[string]any, *fault) {
		names, next, f := page(w, w.Regions, c.text("NextToken"), c.number("MaxResults"), 50)
		var all []any
		for _, name := range names {
			all = append(all, map[string]any{"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"})
		}
		return withToken(map[string]any{"Regions": all}, next), f
	},
}

var configOperations = map[string]handler{
	"DescribeConfigurationRecorderStatus": func(w *World, c *call) (map[string]any, *fault) {
		all := []any{}
		if state := w.at(c.place).Recorder; state != "" {
			all = append(all, map[string]any{"name": "default", "recording": state == "recording", "lastStatus": "Success", "lastStopTime": 1764000000})
		}
		return map[string]any{"ConfigurationRecordersStatus": all}, nil
	},
	"DescribeConfigRules": func(w *World, c *call) (map[string]any, *fault) {
		rules, next, f := page(w, w.at(c.place).Rules, c.text("NextToken"), 0, 25)
		all := []any{}
		for _, r := range rules {
			all = append(all, map[string]any{"ConfigRuleName": r.Name, "CreatedBy": r.CreatedBy, "ConfigRuleState": "ACTIVE",
				"Description": "about " + r.Name, "Source": map[string]any{"Owner": "AWS", "SourceIdentifier": r.Identifier}})
		}
		return withToken(map[string]any{"ConfigRules": all}, next), f
	},
	"DescribeConformancePacks": func(w *World, c *call) (map[string]any, *fault) {
		packs, next, f := page(w, w.at(c.place).Packs, c.text("NextToken"), c.number("Limit"), 20)
		all := []any{}
		for _, p := range packs {
			all = append(all, map[string]any{"ConformancePackName": p.Name, "ConformancePackArn": "arn:aws:config:::conformance-pack/" + p.Name, "ConformancePackId": "conformance-pack-1"})
		}
		return withToken(map[string]any{"ConformancePackDetails": all}, next), f
	},
	"DescribeConformancePackCompliance": func(w *World, c *call) (map[string]any, *fault) {
		pack, f := w.pack(c)
		if f != nil {
			return nil, f
		}
		names, next, f := page(w, pack.Rules, c.text("NextToken"), c.number("Limit"), 1000)
		all := []any{}
		for _, name := range names {
			all = append(all, map[string]any{"ConfigRuleName": name, "ComplianceType": state(w.rule(c.place, name).Evaluations), "Controls": []string{}})
		}
		return withToken(map[string]any{"ConformancePackName": pack.Name, "ConformancePackRuleComplianceList": all}, next), f
	},
	"GetConformancePackComplianceDetails": func(w *World, c *call) (map[string]any, *fault) {
		pack, f := w.pack(c)
		if f != nil {
			return nil, f
		}
		var all []any
		for _, name := range pack.Rules {
			all = append(all, evaluations(w.rule(c.place, name), "")...)
		}
		part, next, f := page(w, all, c.text("NextToken"), c.number("Limit"), 100)
		return withToken(map[string]any{"ConformancePackName": pack.Name, "ConformancePackRuleEvaluationResults": part}, next), f
	},
	"ListConformancePackComplianceScores": func(w *World, c *call) (map[string]any, *fault) {
		packs, next, f := page(w, w.at(c.place).Packs, c.text("NextToken"), c.number("Limit"), 20)
		all := []any{}
		for _, p := range packs {
			all = append(all, map[string]any{"ConformancePackName": p.Name, "Score": cmp.Or(p.Score, "INSUFFICIENT_DATA")})
		}
		return withToken(map[string]any{"ConformancePackComplianceScores": all}, next), f
	},
	"GetComplianceDetailsByConfigRule": func(w *World, c *call) (map[string]any, *fault) {
		rule := w.rule(c.place, c.text("ConfigRuleName"))
		if rule == nil {
			return nil, bad("NoSuchConfigRuleException", "The ConfigRule %q does not exist.", c.text("ConfigRuleName"))
		}
		part, next, f := page(w, evaluations(rule, ""), c.text("NextToken"), c.number("Limit"), 100)
		return withToken(map[string]any{"EvaluationResults": part}, next), f
	},
	"SelectResourceConfig": func(w *World, c *call) (map[string]any, *fault) {
		return w.selectConfig(c, c.place, c.number("Limit"))
	},
	"SelectAggregateResourceConfig": func(w *World, c *call) (map[string]any, *fault) {
		if f := w.aggregator(c); f != nil {
			return nil, f
		}
		m := regexp.MustCompile(`accountId = '(\d{12})' AND awsRegion = '([a-z0-9-]+)'`).FindStringSubmatch(c.text("Expression"))
		if m == nil {
			return nil, bad("InvalidExpressionException", "no account and region in %q", c.text("Expression"))
		}
		return w.selectConfig(c, Place{m[1], m[2]}, c.number("MaxResults"))
	},
	"DescribeConfigurationAggregators": func(w *World, c *call) (map[string]any, *fault) {
		all := []any{}
		if name := w.at(c.place).Aggregator; name != "" {
			all = append(all, map[string]any{"ConfigurationAggregatorName": name, "OrganizationAggregationSource": map[string]any{"RoleArn": "arn:aws:iam::1:role/x", "AllAwsRegions": true}})
		}
		part, next, f := page(w, all, c.text("NextToken"), c.number("Limit"), 100)
		return withToken(map[string]any{"ConfigurationAggregators": part}, next), f
	},
	"DescribeAggregateComplianceByConfigRules": func(w *World, c *call) (map[string]any, *fault) {
		if f := w.aggregator(c); f != nil {
			return nil, f
		}
		var all []any
		for _, p := range w.places() {
			for _, r := range w.at(p).Rules {
				if len(r.Evaluations) > 0 {
					all = append(all, map[string]any{"AccountId": p.Account, "AwsRegion": p.Region, "ConfigRuleName": r.Name, "Compliance": map[string]any{"ComplianceType": state(r.Evaluations)}})
				}
			}
		}
		part, next, f := page(w, all, c.text("NextToken"), c.number("Limit"), 1000)
		return withToken(map[string]any{"AggregateComplianceByConfigRules": part}, next), f
	},
	"DescribeAggregateComplianceByConformancePacks": func(w *World, c *call) (map[string]any, *fault) {
		var all []any
		for _, p := range w.places() {
			for _, pack := range w.at(p).Packs {
				all = append(all, map[string]any{"AccountId": p.Account, "AwsRegion": p.Region, "ConformancePackName": pack.Name, "Compliance": map[string]any{"ComplianceType": "NON_COMPLIANT", "TotalRuleCount": len(pack.Rules)}})
			}
		}
		part, next, f := page(w, all, c.text("NextToken"), c.number("Limit"), 100)
		return withToken(map[string]any{"AggregateComplianceByConformancePacks": part}, next), f
	},
	"GetAggregateComplianceDetailsByConfigRule": func(w *World, c *call) (map[string]any, *fault) {
		p := Place{c.text("AccountId"), c.text("AwsRegion")}
		rule := w.rule(p, c.text("ConfigRuleName"))
		if f := w.aggregator(c); f != nil || rule == nil {
			return nil, cmp.Or(f, bad("ValidationException", "no rule %q at %v", c.text("ConfigRuleName"), p))
		}
		part, next, f := page(w, evaluations(rule, p.Account), c.text("NextToken"), c.number("Limit"), 100)
		return withToken(map[string]any{"AggregateEvaluationResults": part}, next), f
	},
	"PutExternalEvaluation": func(w *World, c *call) (map[string]any, *fault) {
		e, _ := c.body["ExternalEvaluation"].(map[string]any)
		annotation, _ := e["Annotation"].(string)
		if e["ComplianceResourceType"] != "AWS::::Account" || e["ComplianceResourceId"] != c.place.Account || len(annotation) > 256 || e["OrderingTimestamp"] == nil {
			return nil, bad("InvalidParameterValueException", "the evaluation %v does not fit", e)
		}
		if w.rule(c.place, c.text("ConfigRuleName")) == nil {
			return nil, bad("NoSuchConfigRuleException", "The ConfigRule %q does not exist.", c.text("ConfigRuleName"))
		}
		w.at(c.place).External = append(w.at(c.place).External, e)
		return map[string]any{}, nil
	},
}

func (w *World) pack(c *call) (*Pack, *fault) {
	for i, p := range w.at(c.place).Packs {
		if p.Name == c.text("ConformancePackName") {
			return &w.at(c.place).Packs[i], nil
		}
	}
	return nil, bad("NoSuchConformancePackException", "no pack %q", c.text("ConformancePackName"))
}

func (w *World) rule(p Place, name string) *Rule {
	rules := w.at(p).Rules
	if i := slices.IndexFunc(rules, func(r Rule) bool { return r.Name == name }); i >= 0 {
		return &rules[i]
	}
	return nil
}

func (w *World) aggregator(c *call) *fault {
	if name := w.at(c.place).Aggregator; name == "" || name != c.text("ConfigurationAggregatorName") {
		return bad("NoSuchConfigurationAggregatorException", "no aggregator %q", c.text("ConfigurationAggregatorName"))
	}
	return nil
}

func (w *World) places() []Place {
	var all []Place
	for p := range w.Places {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	})
	return all
}

func state(es []Evaluation) string {
	result := "INSUFFICIENT_DATA"
	for _, e := range es {
		if e.Verdict == "NON_COMPLIANT" {
			return e.Verdict
		}
		result = e.Verdict
	}
	return result
}

func evaluations(r *Rule, account string) []any {
	all := []any{}
	for _, e := range r.Evaluations {
		m := map[string]any{
			"ComplianceType": e.Verdict, "Annotation": e.Annotation, "ResultRecordedTime": e.At.Unix(), "ConfigRuleInvokedTime": e.At.Unix(),
			"EvaluationResultIdentifier": map[string]any{"EvaluationResultQualifier": map[string]any{
				"ConfigRuleName": r.Name, "ResourceType": e.Type, "ResourceId": e.ID,
			}},
		}
		if account != "" {
			m["AccountId"] = account
		}
		all = append(all, m)
	}
	return all
}

var (
	selectForm = regexp.MustCompile(`^SELECT resourceId, arn, tags WHERE resourceType = '[A-Za-z0-9:]+' AND resourceId IN \(('[^']*'(?:,'[^']*')*)\)`)
	quoted     = regexp.MustCompile(`'([^']*)'`)
)

// selectConfig answers the one query that an audit asks.
func (w *World) selectConfig(c *call, p Place, limit int) (map[string]any, *fault) {
	expression := c.text("Expression")
	m := selectForm.FindStringSubmatch(expression)
	if m == nil || len(expression) > 4096 {
		return nil, bad("InvalidExpressionException", "%d characters: %q", len(expression), expression)
	}
	var rows []string
	for _, id := range quoted.FindAllStringSubmatch(m[1], -1) {
		arn, tags := w.at(p).ARNs[id[1]], w.at(p).Tags[id[1]]
		if arn == "" && tags == nil {
			continue
		}
		item := map[string]any{"resourceId": id[1], "tags": []any{}}
		if arn != "" {
			item["arn"] = arn
		}
		for _, k := range slices.Sorted(maps.Keys(tags)) {
			item["tags"] = append(item["tags"].([]any), map[string]string{"key": k, "value": tags[k], "tag": k + "=" + tags[k]})
		}
		row, _ := json.Marshal(item)
		rows = append(rows, string(row))
	}
	part, next, f := page(w, rows, c.text("NextToken"), limit, 100)
	return withToken(map[string]any{"Results": part}, next), f
}
