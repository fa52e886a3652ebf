package corpus

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"safeguard/internal/tftest"
)

var update = flag.Bool("update", false, "rewrite the recorded plan and state with what terraform says now")

// TestRecordings compares the recorded plan with what terraform plans now. With -update it also records the state, for
// which it applies the plan to a mock of the provider: that costs a minute.
func TestRecordings(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("terraform takes long")
	}
	tf := tftest.Open(t)
	dir := t.TempDir()
	if _, err := Write(dir, recordedBlocks, recordedSeed); err != nil {
		t.Fatal(err)
	}
	tf.Init(t, dir)
	plan := decode(t, tf.PlanJSON(t, dir))
	withoutOverride(plan)

	if *update {
		save(t, "plan", plan)
		save(t, "state", applied(t, dir, plan))
		return
	}
	want := recorded("plan")
	if got := plan["terraform_version"]; got != want["terraform_version"] {
		t.Skipf("the plan was recorded with terraform %s, this is %s", want["terraform_version"], got)
	}
	if diff := gocmp.Diff(want, plan); diff != "" {
		t.Errorf("terraform plans something else than what is recorded; run go test -update (-recorded +now):\n%s", diff)
	}
}

// TestRecordedNames keeps the marks in step with the recordings: each must occur, and moduleMark must not.
func TestRecordedNames(t *testing.T) {
	t.Parallel()
	plan, state := encode(recorded("plan")), encode(recorded("state"))
	for name, src := range map[string][]byte{"plan": plan, "state": state} {
		if bytes.Contains(src, []byte(moduleMark)) || !bytes.Contains(src, []byte(prefixMark)) {
			t.Errorf("%s: want %q and not %q", name, prefixMark, moduleMark)
		}
	}
	if !bytes.Contains(state, []byte(idMark)) {
		t.Errorf("state: no identifier begins with %q", idMark)
	}
	for _, s := range switches {
		if !bytes.Contains(plan, []byte(s[0])) && !bytes.Contains(plan, []byte(s[1])) {
			t.Errorf("plan: no %s", s[0])
		}
	}
	if got, want := instances(recorded("state")), len(managed(recorded("plan"))); got != want {
		t.Errorf("state has %d resource instances, plan %d", got, want)
	}
}

func decode(t *testing.T, src []byte) map[string]any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	var out map[string]any
	if err := dec.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func save(t *testing.T, name string, v any) {
	t.Helper()
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(encode(v)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("recorded", name+".json.gz"), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// withoutOverride removes from a plan the time and what only the test's provider block says, and brings what comes in
// no particular order into one.
func withoutOverride(plan map[string]any) {
	plan["timestamp"] = "2026-11-23T10:00:00Z"
	expressions := at(plan, "configuration", "provider_config", "aws", "expressions")
	maps.DeleteFunc(expressions, func(name string, _ any) bool { return name != "region" && name != "default_tags" })
	byText := func(a, b any) int { return bytes.Compare(encode(a), encode(b)) }
	slices.SortFunc(elements(plan["relevant_attributes"]), byText)
	slices.SortFunc(elements(plan["checks"]), byText)
	sortReferences(at(plan, "configuration"))
	sortModules(at(plan, "planned_values", "root_module"))
	sortModules(at(plan, "prior_state", "values", "root_module"))
}

// sortReferences orders the references of an expression, which Terraform prints as it meets them in a map. It prints
// aws_vpc.this.id before aws_vpc.this, which the order downwards keeps.
func sortReferences(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			sortReferences(e)
		}
	case map[string]any:
		for key, e := range v {
			if key != "references" {
				sortReferences(e)
				continue
			}
			slices.SortFunc(elements(e), func(a, b any) int { return strings.Compare(b.(string), a.(string)) })
		}
	}
}

// sortModules brings the modules, which Terraform prints in random order, into that of their addresses.
func sortModules(module map[string]any) {
	children := elements(module["child_modules"])
	slices.SortFunc(children, func(a, b any) int {
		return cmp.Compare(a.(map[string]any)["address"].(string), b.(map[string]any)["address"].(string))
	})
	for _, c := range children {
		sortModules(c.(map[string]any))
	}
}

// applied returns the state after the plan is applied to a mock of the AWS provider, in which every resource gets an
// identity of the form that AWS gives it.
func applied(t *testing.T, dir string, plan map[string]any) map[string]any {
	t.Helper()
	var script strings.Builder
	script.WriteString("mock_provider \"aws\" {}\n")
	planned, documents := map[string]map[string]any{}, map[string]string{}
	for _, c := range elements(plan["resource_changes"]) {
		c := c.(map[string]any)
		address := c["address"].(string)
		values, kind := map[string]any{}, "resource"
		if c["mode"] == "data" {
			kind = "data"
			documents[address] = fmt.Sprintf(`{"Version":"2012-10-17","Id":%q,"Statement":[]}`, address)
			values["json"], values["minified_json"] = documents[address], documents[address]
			values["id"] = digits(address, 10)
		} else {
			planned[address] = at(c, "change")
			after, unknown := at(c, "change", "after"), at(c, "change", "after_unknown")
			for name, value := range identity(c["type"].(string), address, after) {
				if unknown[name] == true {
					values[name] = value
				}
			}
		}
		override(&script, kind, address, values)
	}
	for _, r := range resourcesOf(at(plan, "prior_state", "values", "root_module")) {
		values := maps.Clone(at(r, "values"))
		maps.DeleteFunc(values, func(name string, _ any) bool { return name != "json" && name != "minified_json" && name != "id" })
		override(&script, "data", r["address"].(string), values)
	}
	script.WriteString("run \"apply\" {\n  command = apply\n}\n")

	if err := os.Mkdir(filepath.Join(dir, "tests"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tests", "apply.tftest.hcl"), []byte(script.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "terraform", "test", "-json", "-verbose")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("terraform test: %v\n%s", err, out)
	}
	for line := range bytes.Lines(out) {
		if state := at(decode(t, line), "test_state"); state != nil {
			return rawState(state, plan, planned, documents)
		}
	}
	t.Fatal("terraform test printed no state")
	return nil
}

func override(w *strings.Builder, kind, address string, values map[string]any) {
	// encode escapes nothing that HCL reads otherwise, save for the template sequences.
	text := strings.NewReplacer("${", "$${", "%{", "%%{").Replace(string(encode(values)))
	fmt.Fprintf(w, "override_%s {\n  target = %s\n  values = %s\n}\n", kind, address, text)
}

func resourcesOf(module map[string]any) []map[string]any {
	var out []map[string]any
	for _, r := range elements(module["resources"]) {
		out = append(out, r.(map[string]any))
	}
	for _, c := range elements(module["child_modules"]) {
		out = append(out, resourcesOf(c.(map[string]any))...)
	}
	return out
}

// rawState turns the state that terraform test prints into the form in which Terraform stores it.
func rawState(state, plan map[string]any, planned map[string]map[string]any, documents map[string]string) map[string]any {
	rendered := map[string]string{}
	for _, r := range resourcesOf(at(state, "root_module")) {
		if json, ok := documents[r["address"].(string)]; ok {
			rendered[json] = policyJSON(at(r, "values"))
		}
	}
	schemas := at(state, "provider_schemas", "registry.terraform.io/hashicorp/aws")
	text := string(encode(plan))
	byAddress := map[string]map[string]any{}
	var order []string
	for _, r := range resourcesOf(at(state, "root_module")) {
		address := r["address"].(string)
		kind := "resource_schemas"
		if r["mode"] == "data" {
			kind = "data_source_schemas"
		}
		f := filler{
			address: address, documents: rendered, plan: text,
			schema: at(schemas, kind, r["type"].(string), "block", "attributes"),
		}
		instance := map[string]any{
			"schema_version": r["schema_version"],
			"attributes":     f.attributes(at(r, "values"), planned[address]),
			// Terraform stores a list of paths.
			"sensitive_attributes": sensitivePaths(at(r, "sensitive_values")),
		}
		if r["mode"] == "managed" {
			instance["private"] = "bnVsbA=="
		}
		if index, ok := r["index"]; ok {
			instance["index_key"] = index
		}
		if depends := elements(r["depends_on"]); len(depends) > 0 {
			instance["dependencies"] = depends
		}
		module, _, _ := cutLast(strings.TrimSuffix(address, fmt.Sprintf("[%s]", encode(r["index"]))), "."+r["type"].(string)+".")
		module = strings.TrimSuffix(module, ".data")
		if module == address || module == "data" || !strings.HasPrefix(module, "module.") {
			module = ""
		}
		key := fmt.Sprint(module, " ", r["mode"], " ", r["type"], " ", r["name"])
		resource, ok := byAddress[key]
		if !ok {
			resource = map[string]any{
				"mode": r["mode"], "type": r["type"], "name": r["name"],
				"provider": `provider["registry.terraform.io/hashicorp/aws"]`,
			}
			if module != "" {
				resource["module"] = module
			}
			byAddress[key] = resource
			order = append(order, key)
		}
		resource["instances"] = append(elements(resource["instances"]), instance)
	}
	slices.Sort(order)
	resources := []any{}
	for _, key := range order {
		resources = append(resources, byAddress[key])
	}
	return map[string]any{
		"version": 4, "terraform_version": plan["terraform_version"], "serial": 1,
		"lineage": "5f0c3e1a-7d52-4c4b-9a86-2f6f3f0d9c11", "outputs": map[string]any{},
		"resources": resources,
	}
}

func sensitivePaths(values map[string]any) []any {
	out := []any{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if values[name] == true {
			out = append(out, []any{map[string]any{"type": "get_attr", "value": name}})
		}
	}
	return out
}

// filler completes what the mock made up.
type filler struct {
	address   string
	schema    map[string]any
	documents map[string]string
	plan      string // all that is not made up, save for documents
}

// computed are the attributes that AWS fills in the same way everywhere.
var computed = map[string]string{
	"region": "us-east-1", "owner_id": "111122223333", "availability_zone": "us-east-1a", "status": "available",
	"partition": "aws",
}

// invention is the form of the strings that the mock invents.
var invention = regexp.MustCompile(`^[a-z0-9]{8}$`)

// attributes takes what the plan knows, and else the mock's values without its inventions: absent where the attribute
// is optional, and the same for every run where only AWS would know it.
func (f filler) attributes(values, change map[string]any) map[string]any {
	known, unknown := at(change, "after"), at(change, "after_unknown")
	out := map[string]any{}
	for name, value := range values {
		if change != nil && !anyTrue(unknown[name]) {
			out[name] = known[name]
			continue
		}
		optional := at(f.schema, name)["optional"] == true
		out[name] = f.filled(name, value, optional)
	}
	return out
}

// anyTrue reads a mask such as after_unknown, which says false or nothing where a value is known.
func anyTrue(mask any) bool {
	switch mask := mask.(type) {
	case bool:
		return mask
	case []any:
		return slices.ContainsFunc(mask, anyTrue)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(mask)), anyTrue)
	}
	return false
}

func (f filler) filled(name string, v any, optional bool) any {
	switch v := v.(type) {
	case string:
		if text, ok := f.documents[v]; ok {
			return text
		}
		if !invention.MatchString(v) || strings.Contains(f.plan, v) {
			return v
		}
		if text, ok := computed[name]; ok {
			return text
		}
		if optional {
			return nil
		}
		return digits(f.address+name, 8)
	case []any:
		for i := range v {
			v[i] = f.filled(name, v[i], optional)
		}
	case map[string]any:
		for k := range v {
			v[k] = f.filled(k, v[k], optional)
		}
	}
	return v
}

// policyJSON is the text of an aws_iam_policy_document.
func policyJSON(document map[string]any) string {
	one := func(v any) any {
		if list := elements(v); len(list) == 1 {
			return list[0]
		}
		return v
	}
	statements := []any{}
	for _, s := range elements(document["statement"]) {
		s := s.(map[string]any)
		out := map[string]any{"Effect": cmp.Or(fmt.Sprint(s["effect"]), "Allow")}
		if s["effect"] == nil {
			out["Effect"] = "Allow"
		}
		for key, name := range map[string]string{"Sid": "sid", "Action": "actions", "Resource": "resources"} {
			if s[name] != nil {
				out[key] = one(s[name])
			}
		}
		for _, p := range elements(s["principals"]) {
			p := p.(map[string]any)
			if p["type"] == "*" {
				out["Principal"] = "*"
				continue
			}
			out["Principal"] = map[string]any{p["type"].(string): one(p["identifiers"])}
		}
		for _, c := range elements(s["condition"]) {
			c := c.(map[string]any)
			out["Condition"] = map[string]any{c["test"].(string): map[string]any{c["variable"].(string): one(c["values"])}}
		}
		statements = append(statements, out)
	}
	return string(encode(map[string]any{"Version": "2012-10-17", "Statement": statements}))
}

// identity is what AWS would call a resource.
func identity(kind, address string, after map[string]any) map[string]string {
	hash := idMark + digits(address, 12)
	name := hash
	for _, attribute := range []string{"bucket", "function_name", "identifier", "cluster_identifier", "name", "family"} {
		if s, ok := after[attribute].(string); ok {
			name = s
			break
		}
	}
	if name != hash && !strings.Contains(name, prefixMark) {
		name += "-" + hash
	}
	_, service, _ := strings.Cut(kind, "_")
	service, _, _ = strings.Cut(service, "_")
	form, ok := arnForms[kind]
	switch {
	case ok:
	case service == "iam":
		form = "iam::111122223333:" + strings.TrimPrefix(kind, "aws_iam_") + "/"
	default:
		form = service + ":us-east-1:111122223333:"
	}
	id := name
	if prefix, ok := idPrefixes[kind]; ok {
		id = prefix + "-" + hash
	}
	arn := "arn:aws:" + form + id
	if slices.Contains(knownByARN, kind) {
		id = arn
	}
	url := "https://sqs.us-east-1.amazonaws.com/111122223333/" + name
	if kind == "aws_sqs_queue" {
		id = url
	}
	return map[string]string{"id": id, "arn": arn, "key_id": id, "url": url, "name": name}
}

var (
	arnForms = map[string]string{
		"aws_s3_bucket":               "s3:::",
		"aws_lb":                      "elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/",
		"aws_lb_listener":             "elasticloadbalancing:us-east-1:111122223333:listener/app/",
		"aws_lb_listener_rule":        "elasticloadbalancing:us-east-1:111122223333:listener-rule/app/",
		"aws_lb_target_group":         "elasticloadbalancing:us-east-1:111122223333:targetgroup/",
		"aws_db_instance":             "rds:us-east-1:111122223333:db:",
		"aws_db_parameter_group":      "rds:us-east-1:111122223333:pg:",
		"aws_db_subnet_group":         "rds:us-east-1:111122223333:subgrp:",
		"aws_rds_cluster":             "rds:us-east-1:111122223333:cluster:",
		"aws_rds_cluster_instance":    "rds:us-east-1:111122223333:db:",
		"aws_dynamodb_table":          "dynamodb:us-east-1:111122223333:table/",
		"aws_lambda_function":         "lambda:us-east-1:111122223333:function:",
		"aws_kms_key":                 "kms:us-east-1:111122223333:key/",
		"aws_cloudwatch_log_group":    "logs:us-east-1:111122223333:log-group:",
		"aws_cloudwatch_metric_alarm": "cloudwatch:us-east-1:111122223333:alarm:",
		"aws_secretsmanager_secret":   "secretsmanager:us-east-1:111122223333:secret:",
		"aws_efs_file_system":         "elasticfilesystem:us-east-1:111122223333:file-system/",
		"aws_instance":                "ec2:us-east-1:111122223333:instance/",
		"aws_ebs_volume":              "ec2:us-east-1:111122223333:volume/",
		"aws_vpc":                     "ec2:us-east-1:111122223333:vpc/",
		"aws_subnet":                  "ec2:us-east-1:111122223333:subnet/",
		"aws_security_group":          "ec2:us-east-1:111122223333:security-group/",
		"aws_ecs_cluster":             "ecs:us-east-1:111122223333:cluster/",
		"aws_ecs_task_definition":     "ecs:us-east-1:111122223333:task-definition/",
		"aws_opensearch_domain":       "es:us-east-1:111122223333:domain/",
		"aws_kinesis_stream":          "kinesis:us-east-1:111122223333:stream/",
		"aws_backup_vault":            "backup:us-east-1:111122223333:backup-vault:",
		"aws_cloudtrail":              "cloudtrail:us-east-1:111122223333:trail/",
		"aws_redshift_cluster":        "redshift:us-east-1:111122223333:cluster:",
		"aws_codebuild_project":       "codebuild:us-east-1:111122223333:project/",
	}
	idPrefixes = map[string]string{
		"aws_vpc": "vpc", "aws_subnet": "subnet", "aws_security_group": "sg", "aws_default_security_group": "sg",
		"aws_instance": "i", "aws_ebs_volume": "vol", "aws_internet_gateway": "igw", "aws_nat_gateway": "nat",
		"aws_eip": "eipalloc", "aws_route_table": "rtb", "aws_route_table_association": "rtbassoc",
		"aws_launch_template": "lt", "aws_efs_file_system": "fs", "aws_efs_mount_target": "fsmt", "aws_flow_log": "fl",
		"aws_vpc_security_group_ingress_rule": "sgr", "aws_vpc_security_group_egress_rule": "sgr",
		"aws_security_group_rule": "sgrule", "aws_volume_attachment": "vai",
		"aws_cloudwatch_event_target": "target", "aws_sns_topic_subscription": "sub", "aws_api_gateway_resource": "res",
		"aws_api_gateway_method": "agm", "aws_api_gateway_integration": "agi", "aws_iam_role_policy_attachment": "rpa",
		"aws_sqs_queue_policy": "qp", "aws_appautoscaling_target": "ast", "aws_lambda_permission": "lp",
	}
	knownByARN = []string{
		"aws_sns_topic", "aws_lb", "aws_lb_listener", "aws_lb_target_group", "aws_lb_listener_rule", "aws_iam_policy",
		"aws_ecs_cluster", "aws_ecs_service", "aws_secretsmanager_secret", "aws_opensearch_domain", "aws_kinesis_stream",
		"aws_cloudtrail", "aws_codebuild_project",
	}
)

// digits are so many hexadecimal digits that depend on the text alone.
func digits(text string, n int) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:n]
}
