package plan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/terraform/plan"
)

// open reads a document in testdata.
func open(t testing.TB, path ...string) *graph.Graph {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return graphOf(t, string(data))
}

func graphOf(t testing.TB, doc string) *graph.Graph {
	t.Helper()
	d, err := plan.Read([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	return d.Graph("plan.json", nil)
}

// TestGolden shows what is read of plans that the real Terraform made: the
// instances, and what of them is no plain value.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"relations", "update"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := dump(open(t, name, "plan.json"))
			golden := filepath.Join("testdata", name, "graph.golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-golden +got, rewrite with -update:\n%s", diff)
			}
		})
	}
}

func dump(g *graph.Graph) string {
	var b strings.Builder
	fmt.Fprintf(&b, "provider %d, incomplete %q\n", g.ProviderMajor, g.Incomplete)
	for _, r := range g.Resources {
		fmt.Fprintf(&b, "\n%s", r.Address)
		for _, part := range []struct{ name, value string }{{"region", r.Region}, {"id", r.ID}, {"arn", r.ARN}} {
			if part.value != "" {
				fmt.Fprintf(&b, " %s=%s", part.name, part.value)
			}
		}
		b.WriteByte('\n')
		attrs, blocks := r.Body.Names()
		names := append(attrs, blocks...)
		slices.Sort(names)
		for _, name := range names {
			dumpValue(&b, name, r.Attr(name))
		}
	}
	return b.String()
}

// dumpValue lists references, what is not known and secrets.
func dumpValue(b *strings.Builder, path string, v graph.Value) {
	if v.IsSensitive() {
		fmt.Fprintf(b, "  %s: %s\n", path, v.Display())
		return
	}
	switch v.Kind() {
	case graph.KindUnknown:
		c := v.Cause()
		fmt.Fprintf(b, "  %s: ? %s (base %q)\n", path, c.Text, c.Base)
	case graph.KindString:
		if graph.HasPlaceholder(v.Text()) {
			fmt.Fprintf(b, "  %s: %s\n", path, strings.Join(strings.Fields(graph.Display(v.Text())), " "))
		}
	case graph.KindList:
		es, _ := v.Elements()
		for i, e := range es {
			dumpValue(b, fmt.Sprintf("%s[%d]", path, i), e)
		}
	case graph.KindMap:
		for _, k := range v.Keys() {
			dumpValue(b, path+"."+k, v.Key(k))
		}
	}
}

// TestKnown reads plain values of a plan.
func TestKnown(t *testing.T) {
	t.Parallel()
	g := open(t, "relations", "plan.json")
	for _, tt := range []struct{ address, path, want string }{
		{`aws_s3_bucket.b["b.c"]`, "bucket", `"acme-two"`},
		{`aws_s3_bucket.b["b.c"]`, "force_destroy", "false"},
		{`aws_s3_bucket.b["b.c"]`, "versioning", "(not set)"},
		{`aws_s3_bucket.b["b.c"]`, "no_such_thing", "(not set)"},
		{`aws_s3_bucket_versioning.module`, "versioning_configuration.status", `"Suspended"`},
		{`aws_db_instance.db`, "allocated_storage", "10"},
		{`aws_db_instance.db`, "password", "(sensitive)"},
		{`aws_db_instance.db`, "kms_key_id", "(not set)"},
		{`aws_ebs_volume.null`, "kms_key_id", "(not set)"},
		{`aws_instance.i`, "metadata_options.http_tokens", "(not set)"},
		{`data.aws_iam_policy_document.known`, "statement.actions", `["s3:GetObject"]`},
	} {
		r := g.ByAddress(tt.address)
		if r == nil {
			t.Errorf("no %s", tt.address)
			continue
		}
		if got := r.Get(tt.path).Display(); got != tt.want {
			t.Errorf("%s.%s = %s, want %s", tt.address, tt.path, got, tt.want)
		}
	}
	if v := g.ByAddress(`aws_s3_bucket.logs`).DefaultTags(); v.Display() != `{team = "x"}` {
		t.Errorf("default tags = %s", v.Display())
	}
	if v := g.ByAddress(`aws_ebs_volume.encrypted`).DefaultTags(); v.Kind() != graph.KindMap || v.NonEmpty() != logic.False {
		t.Errorf("default tags of another provider = %s", v.Display())
	}
	if !g.ByAddress(`data.aws_iam_policy_document.known`).Data {
		t.Error("a data source is not said to be one")
	}
}

// TestDocumentOfReferences reads a policy document whose resources are known
// only after apply: the rest of it is known.
func TestDocumentOfReferences(t *testing.T) {
	t.Parallel()
	g := open(t, "relations", "plan.json")
	doc := g.ByAddress("aws_s3_bucket_policy.logs").Attr("policy").JSON()
	statements, _ := doc.Key("Statement").Elements()
	if len(statements) != 1 {
		t.Fatalf("policy is %s", doc.Display())
	}
	s := statements[0]
	if s.Key("Effect").Is("Deny") != logic.True || s.Key("Action").Has("s3:*") != logic.True {
		t.Errorf("statement is %s", s.Display())
	}
	if got := s.Key("Resource").Has("*"); got == logic.True {
		t.Errorf("resource is %s", s.Key("Resource").Display())
	}
	if got := g.Identifies(s.Key("Resource"), g.ByAddress("aws_s3_bucket.logs")); got != logic.True {
		t.Errorf("the resource names the bucket: %v", got)
	}
}

// TestUpdate reads a plan that changes what is there.
func TestUpdate(t *testing.T) {
	t.Parallel()
	g := open(t, "update", "plan.json")
	var addresses []string
	for _, r := range g.Resources {
		addresses = append(addresses, r.Address)
	}
	want := []string{
		"aws_ebs_volume.replaced", "aws_s3_bucket.kept", "aws_s3_bucket.new", "aws_s3_bucket.renamed",
		"aws_s3_bucket_versioning.changed", "aws_s3_bucket_versioning.new",
	}
	if diff := cmp.Diff(want, addresses); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	kept := g.ByAddress("aws_s3_bucket.kept")
	if got := g.Attached(kept, "aws_s3_bucket_versioning", "bucket"); len(got.Items) != 1 {
		t.Errorf("versioning of %s: %+v", kept.Address, got)
	}
	// The bucket's own attribute is from before the change.
	if v := kept.Attr("versioning"); v.Kind() != graph.KindAbsent {
		t.Errorf("versioning of %s is %s", kept.Address, v.Display())
	}
	if v := g.ByAddress("aws_s3_bucket.renamed").Get("versioning.enabled"); v.IsTrue() != logic.False || v.Kind() != graph.KindBool {
		t.Errorf("versioning of a bucket without a resource for it is %s", v.Display())
	}
}

// TestPlaces gives resources the lines of their blocks.
func TestPlaces(t *testing.T) {
	t.Parallel()
	d, err := plan.Read([]byte(`{"format_version":"1.0","values":{"root_module":{"resources":[
		{"address":"aws_vpc.a[0]","mode":"managed","type":"aws_vpc","name":"a","values":{"id":"vpc-1","tags":{"k":"v"}}},
		{"address":"aws_vpc.b","mode":"managed","type":"aws_vpc","name":"b","values":{}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	line := graph.Location{File: "main.tf", Line: 3, EndLine: 5}
	g := d.Graph("state.json", func(address string) (graph.Location, bool) {
		return line, plan.BlockAddress(address) == "aws_vpc.a"
	})
	if got := g.Resources[0].Location(); got != line {
		t.Errorf("location = %v", got)
	}
	if got := g.Resources[0].Get("tags.k").Location(); got != line {
		t.Errorf("location of a value = %v", got)
	}
	if got := g.Resources[1].Attr("id").Location(); got != (graph.Location{File: "state.json"}) {
		t.Errorf("location without a place = %v", got)
	}
}
