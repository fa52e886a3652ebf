package fix

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"safeguard/internal/hipaa"
	"safeguard/internal/rules"
	"safeguard/internal/terraform/config"
)

// TestRegistryTables reads every table: its rules are rules of the pack, its
// inputs are code, and the pieces that it uses are there.
func TestRegistryTables(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(registryFiles, "registry/*.hcl")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no tables", err)
	}
	for _, file := range files {
		src, err := registryFiles.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(hclwrite.Format(src)) != string(src) {
			t.Errorf("%s is not formatted as terraform fmt does", file)
		}
		parsed, diags := hclsyntax.ParseConfig(src, file, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		module := strings.TrimSuffix(strings.TrimPrefix(file, "registry/"), ".hcl")
		for _, b := range parsed.Body.(*hclsyntax.Body).Blocks {
			if _, ok := hipaa.Lookup(b.Labels[0]); !ok {
				t.Errorf("%s: %s is no rule", file, b.Labels[0])
			}
			found, err := entries(module, b.Labels[0])
			if err != nil || len(found) == 0 {
				t.Fatalf("%s: %s: got %d entries, error %v", file, b.Labels[0], len(found), err)
			}
			for _, e := range found {
				for _, name := range e.Needs {
					if _, ok := catalogue[name]; !ok {
						t.Errorf("%s: %s needs %s, which is no shared piece", file, e.Rule, name)
					}
				}
				if (e.Inputs == nil) == (e.Why == "") {
					t.Errorf("%s: %s has to have either inputs or why there are none", file, e.Rule)
				}
				if e.Inputs == nil {
					continue
				}
				code, err := parseSnippet(e.code)
				if err != nil || len(code.body.Attributes) == 0 || len(code.body.Blocks) > 0 {
					t.Errorf("%s: %s: its inputs are no arguments: %v\n%s", file, e.Rule, err, e.code)
					continue
				}
				for _, a := range code.body.Attributes {
					for _, r := range a.Expr.Variables() {
						if _, ok := catalogue[stepName(r[1])]; r.RootName() != "shared" || !ok {
							t.Errorf("%s: %s: %s refers to %s", file, e.Rule, a.Name, r.RootName())
						}
					}
				}
			}
		}
	}
}

// TestRegistryCovers holds every widely used module to have a table, but for
// those of which no rule of the pack judges what they are for.
func TestRegistryCovers(t *testing.T) {
	t.Parallel()
	judged := map[string]bool{}
	for _, r := range rules.All() {
		for _, typ := range r.Types {
			judged[typ] = true
		}
	}
	for name, without := range map[string]string{
		"alb": "", "apigateway-v2": "", "autoscaling": "", "cloudfront": "aws_cloudfront_distribution", "dynamodb-table": "",
		"ec2-instance": "", "ecs": "", "efs": "", "eks": "", "elasticache": "", "kms": "aws_kms_key", "lambda": "",
		"opensearch": "", "rds": "", "rds-aurora": "", "redshift": "", "s3-bucket": "", "secrets-manager": "",
		"security-group": "", "sns": "", "sqs": "aws_sqs_queue", "vpc": "",
	} {
		_, err := registryFiles.ReadFile("registry/" + name + ".hcl")
		switch {
		case without == "" && err != nil:
			t.Errorf("there is no table for %s: %v", name, err)
		case without != "" && err == nil:
			t.Errorf("there is a table for %s: say so here", name)
		case without != "" && judged[without]:
			t.Errorf("a rule judges %s, and %s has no table", without, name)
		}
	}
}

func TestRegistryModule(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		source, version, name string
		major                 int
	}{
		{"terraform-aws-modules/rds/aws", "~> 6.5", "rds", 6},
		{"registry.terraform.io/terraform-aws-modules/s3-bucket/aws", "= 3.0.1", "s3-bucket", 3},
		{"terraform-aws-modules/vpc/aws", "", "vpc", 1 << 20},
		{"git::https://github.com/terraform-aws-modules/terraform-aws-rds-aurora.git?ref=v7.2.0", "", "rds-aurora", 7},
		{"github.com/terraform-aws-modules/terraform-aws-sns", "", "sns", 1 << 20},
		{"./modules/rds", "", "", 0},
		{"terraform-aws-modules/eks/aws//modules/karpenter", "20.0.0", "", 0},
	} {
		name, major := registryModule(&config.Call{Source: tt.source, Version: tt.version})
		if name != tt.name || major != tt.major {
			t.Errorf("registryModule(%q, %q) = %q, %d, want %q, %d", tt.source, tt.version, name, major, tt.name, tt.major)
		}
	}
}

func TestMerged(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ have, want, out string }{
		{`{}`, `{ a = 1 }`, `{ a = 1 }`},
		{`{ b = 2 }`, `{ a = 1 }`, `{ b = 2, a = 1 }`},
		{`{ a = 2, b = 3 }`, `{ a = 1 }`, `{ a = 1, b = 3 }`},
		{`{ r = { a = 2 }, b = 3 }`, `{ r = { c = 1 } }`, `{ r = { a = 2, c = 1 }, b = 3 }`},
		{"{\n  b = 2 # why\n}", `{ a = 1 }`, "{\n  b = 2 # why\n  a = 1\n}"},
		{"[\n  1 # why\n]", `[2]`, "[\n  1, # why\n  2\n]"},
		{`[1]`, `[2]`, `[1, 2]`},
		{`[1, 2]`, `[2]`, `[1, 2]`},
		{"[\n  1,\n]", `[2]`, "[\n  1,\n  2,\n]"},
		{`[]`, `[{ a = 1 }]`, `[{ a = 1 }]`},
		{"[\n  1\n]", `[2]`, "[\n  1,\n  2\n]"},
	} {
		x, diags := hclsyntax.ParseExpression([]byte(tt.have), "", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		got, ok := merged([]byte(tt.have), x, tt.want)
		if !ok || got != tt.out {
			t.Errorf("merged(%q, %q) = %q, %t, want %q", tt.have, tt.want, got, ok, tt.out)
		}
		again, diags := hclsyntax.ParseExpression([]byte(got), "", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		if twice, _ := merged([]byte(got), again, tt.want); twice != got {
			t.Errorf("merged(%q, %q) changes it again: %q", got, tt.want, twice)
		}
	}
	for _, tt := range [][2]string{{`var.x`, `{ a = 1 }`}, {`[]`, `{ a = 1 }`}, {`{}`, `[1]`}, {`{}`, `1`}, {`[1]`, `[]`}} {
		x, _ := hclsyntax.ParseExpression([]byte(tt[0]), "", hcl.InitialPos)
		if got, ok := merged([]byte(tt[0]), x, tt[1]); ok {
			t.Errorf("merged(%q, %q) = %q, want that they are of different kinds", tt[0], tt[1], got)
		}
	}
}
