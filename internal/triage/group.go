package triage

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// families are rules that one change closes together, with what that change is.
var families = []struct {
	title string
	rules []string
}{
	{"Block public access to the bucket", []string{"S3_BUCKET_PUBLIC_READ_PROHIBITED", "S3_BUCKET_PUBLIC_WRITE_PROHIBITED"}},
	{"Version the bucket, with a lifecycle for old versions", []string{"S3_BUCKET_VERSIONING_ENABLED", "S3_VERSION_LIFECYCLE_POLICY_CHECK"}},
	{"Encrypt the bucket by default", []string{"S3_DEFAULT_ENCRYPTION_KMS", "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED"}},
	{"Close the security group", []string{"INCOMING_SSH_DISABLED", "RESTRICTED_INCOMING_TRAFFIC", "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS"}},
	{"Narrow the policy to what is used", []string{"IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", "IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS", "IAM_CUSTOMER_POLICY_BLOCKED_KMS_ACTIONS"}},
	{"Give the instance a profile for Systems Manager", []string{"EC2_INSTANCE_PROFILE_ATTACHED", "EC2_INSTANCE_MANAGED_BY_SSM"}},
	{"Serve HTTPS alone", []string{"ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK", "ELBV2_ACM_CERTIFICATE_REQUIRED"}},
	{"Serve HTTPS alone", []string{"ELB_TLS_HTTPS_LISTENERS_ONLY", "ELB_ACM_CERTIFICATE_REQUIRED", "ELB_PREDEFINED_SECURITY_POLICY_SSL_CHECK"}},
	{"Back the instance and its volumes up", []string{"EC2_RESOURCES_PROTECTED_BY_BACKUP_PLAN", "EBS_IN_BACKUP_PLAN"}},
	{"Encrypt the domain at rest", []string{"OPENSEARCH_ENCRYPTED_AT_REST", "ELASTICSEARCH_ENCRYPTED_AT_REST"}},
	{"Encrypt between the nodes of the domain", []string{"OPENSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK", "ELASTICSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK"}},
	{"Publish the logs of the domain", []string{"OPENSEARCH_LOGS_TO_CLOUDWATCH", "ELASTICSEARCH_LOGS_TO_CLOUDWATCH"}},
	{"Move the domain into the VPC", []string{"OPENSEARCH_IN_VPC_ONLY", "ELASTICSEARCH_IN_VPC_ONLY"}},
}

var familyOf = func() map[string]int {
	of := map[string]int{}
	for i, f := range families {
		for _, r := range f.rules {
			of[r] = i
		}
	}
	return of
}()

// group makes items of the findings that are not known, in the order of their
// places.
func group(results []*assessment.Result, known func(*assessment.Result) bool) []*Item {
	byKey := map[string]*Item{}
	var items []*Item
	for _, r := range results {
		if !open(r) || known != nil && known(r) {
			continue
		}
		what := r.Rule
		if i, ok := familyOf[r.Rule]; ok {
			what = families[i].rules[0]
		}
		block := blockOf(r)
		key := key(what, r.Resource.Root, r.Location.File, block)
		item := byKey[key]
		if item == nil {
			item = &Item{Key: key, Location: r.Location, Address: assessment.WithoutKeys(r.Resource.Address), Root: r.Resource.Root}
			byKey[key] = item
			items = append(items, item)
		}
		if item.Address != assessment.WithoutKeys(r.Resource.Address) {
			item.Address = block
		}
		item.Results = append(item.Results, r)
		if !slices.Contains(item.Rules, r.Rule) {
			item.Rules = append(item.Rules, r.Rule)
		}
	}
	for _, item := range items {
		item.describe()
	}
	return items
}

// open reports whether a result is a finding that nobody accepted.
func open(r *assessment.Result) bool {
	return r.Verdict == assessment.NonCompliant && r.Exception == nil
}

// describe fills in what follows from the rules of an item.
func (item *Item) describe() {
	severity := func(id string) hipaa.Severity {
		facts, _ := hipaa.Lookup(id)
		if facts == nil {
			return 0
		}
		return facts.Severity
	}
	slices.SortFunc(item.Rules, func(a, b string) int {
		return cmp.Or(cmp.Compare(severity(b), severity(a)), strings.Compare(a, b))
	})
	item.Severity = severity(item.Rules[0])
	for _, id := range item.Rules {
		facts, ok := hipaa.Lookup(id)
		if !ok {
			continue
		}
		fix := facts.Guide().Fix
		if item.Title == "" {
			item.Title, item.Kind = strings.TrimSuffix(fix.Summary, "."), fix.Kind
		}
		if riskRank(fix.Risk) > riskRank(item.Risk) {
			item.Risk = fix.Risk
		}
		for _, need := range needs[id] {
			if !slices.Contains(item.Needs, need) {
				item.Needs = append(item.Needs, need)
			}
		}
	}
	if i, ok := familyOf[item.Rules[0]]; ok && len(item.Rules) > 1 {
		item.Title = families[i].title
	}
}

func riskRank(r hipaa.Risk) int {
	return slices.Index([]hipaa.Risk{"", hipaa.RiskNone, hipaa.RiskCost, hipaa.RiskDowntime, hipaa.RiskReplacement, hipaa.RiskDataLoss}, r)
}

// key is short and the same as long as the block keeps its file and name.
func key(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "SG-" + strings.ToUpper(hex.EncodeToString(h[:5]))
}

// blockOf names the block of a result within its module: aws_s3_bucket.data.
func blockOf(r *assessment.Result) string {
	address := assessment.WithoutKeys(r.Resource.Address)
	if r.Location.File == "" { // a live resource: nothing else identifies it
		return r.Resource.Address + r.Resource.ARN + r.Resource.ID
	}
	for {
		rest, ok := strings.CutPrefix(address, "module.")
		if !ok {
			return address
		}
		_, after, ok := strings.Cut(rest, ".")
		if !ok {
			return address
		}
		address = after
	}
}
