package rules_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/assessment"
	"safeguard/internal/inspect"
	"safeguard/internal/rules"
	"safeguard/internal/scan"
	"safeguard/internal/terraform"
)

// FuzzScan reads, evaluates and judges one file of configuration: whatever is
// in it, there is an answer, and no rule panics on what the evaluator makes of it.
func FuzzScan(f *testing.F) {
	for _, r := range rules.All() {
		data, _ := rules.Example(r.ID)
		for _, file := range txtar.Parse(data).Files {
			if strings.HasSuffix(file.Name, ".tf") {
				f.Add(string(file.Data))
				break
			}
		}
	}
	for _, seed := range []string{
		`locals { a = local.b` + "\n" + `b = local.a }` + "\n" + `resource "aws_s3_bucket" "b" { bucket = local.a }`,
		`resource "aws_s3_bucket" "b" { for_each = aws_s3_bucket.b }`,
		`resource "aws_s3_bucket" "b" { count = 1e9 }`,
		`variable "x" { type = map(object({ a = optional(string, "b") })) }` + "\n" + `resource "aws_s3_bucket" "b" { for_each = var.x` + "\n" + `bucket = each.value.a }`,
		`output "x" { value = [for i in range(100): [for j in range(100): [for k in range(100): k]]] }` + "\n" + `resource "aws_s3_bucket" "b" { tags = { a = "${[for i in range(100): [for j in range(100): j]]}" } }`,
		`resource "aws_security_group" "g" { dynamic "ingress" { for_each = var.x` + "\n" + `content { from_port = ingress.value` + "\n" + `to_port = "22" } } }`,
		`module "m" { source = "./" }`,
		`resource "aws_iam_policy" "p" { policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = aws_s3_bucket.b[*].arn }] }) }`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := terraform.Load(context.Background(), dir, nil, terraform.Options{})
		if err != nil {
			return
		}
		for _, g := range in.Graphs {
			for _, r := range g.Resources {
				inspect.Of(g, r, true)
			}
		}
		_, err = scan.Judge(in.Graphs, scan.Options{Rules: rules.All()}, func(r *assessment.Result) error {
			if strings.Contains(r.Annotation, "internal fault") {
				t.Errorf("%s on %s: %s", r.Rule, r.Resource.Address, r.Annotation)
			}
			if r.Verdict == assessment.InsufficientData && !actionable(r.Annotation) {
				t.Errorf("%s on %s is undecided without a reason: %q", r.Rule, r.Resource.Address, r.Annotation)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
