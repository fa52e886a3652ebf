package scan_test

import (
	"context"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/assessment"
	"safeguard/internal/inspect"
	"safeguard/internal/rules"
	"safeguard/internal/ruletest"
	"safeguard/internal/scan"
	"safeguard/internal/terraform"
)

// judge reads all of an input and judges it by every rule: no rule panics, and
// what is undecided has a reason.
func judge(t *testing.T, in *terraform.Input) {
	t.Helper()
	for _, g := range in.Graphs {
		for _, r := range g.Resources {
			inspect.Of(g, r, true)
		}
	}
	_, err := scan.Judge(in.Graphs, scan.Options{Rules: rules.All()}, func(r *assessment.Result) error {
		switch {
		case strings.Contains(r.Annotation, "internal fault"):
			t.Errorf("%s on %s: %s", r.Rule, r.Resource.Address, r.Annotation)
		case r.Verdict == assessment.InsufficientData && !ruletest.Actionable(r.Annotation):
			t.Errorf("%s on %s is undecided without a reason: %q", r.Rule, r.Resource.Address, r.Annotation)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// judgeFiles judges a directory of the files, if it can be read.
func judgeFiles(t *testing.T, files map[string]string) {
	t.Helper()
	ar := &txtar.Archive{}
	for name, text := range files {
		ar.Files = append(ar.Files, txtar.File{Name: name, Data: []byte(text)})
	}
	in, err := terraform.Load(context.Background(), ruletest.Extract(t, ar), nil, terraform.Options{})
	if err == nil {
		judge(t, in)
	}
}

// FuzzConfiguration judges one file of configuration.
func FuzzConfiguration(f *testing.F) {
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
	f.Fuzz(func(t *testing.T, src string) { judgeFiles(t, map[string]string{"main.tf": src}) })
}

// FuzzModule judges a configuration in JSON syntax with its values of
// variables, its overrides and its list of installed modules.
func FuzzModule(f *testing.F) {
	const main = `{"variable":{"x":{"default":1}},"module":{"m":{"source":"a/b/aws","name":"${var.x}"}},
		"resource":{"aws_s3_bucket":{"b":{"for_each":{"k":"v"},"bucket":"${each.key}","dynamic":{"versioning":{"for_each":"${var.x}","content":{"enabled":"${versioning.value}"}}}}}}}`
	f.Add(main, `x = [true, "a"]`, `resource "aws_s3_bucket" "b" { bucket = "c" }`,
		`{"Modules":[{"Key":"m","Source":"registry.terraform.io/a/b/aws","Version":"1.0.0","Dir":".terraform/modules/m"}]}`)
	f.Add(`{"resource":[{"aws_sns_topic":[{"t":[{"kms_master_key_id":"${var.k}"}]}]}]}`, `{"k": null}`, `locals { a = 1 }`, `{"Modules":[{"Key":"","Source":"","Dir":"."}]}`)
	f.Add(`{"data":{"aws_iam_policy_document":{"d":{"statement":[{"actions":["*"],"resources":["*"]}]}}},"resource":{"aws_iam_policy":{"p":{"policy":"${data.aws_iam_policy_document.d.json}"}}}}`, ``, ``, `{}`)
	f.Fuzz(func(t *testing.T, main, values, override, manifest string) {
		judgeFiles(t, map[string]string{
			"main.tf.json":                    main,
			"terraform.tfvars":                values,
			"x.auto.tfvars.json":              values,
			"override.tf":                     override,
			".terraform/modules/modules.json": manifest,
			".terraform/modules/m/main.tf":    `variable "name" {}` + "\n" + `resource "aws_s3_bucket" "b" { bucket = var.name }`,
		})
	})
}

// FuzzPolicy judges a policy in every place where one can be.
func FuzzPolicy(f *testing.F) {
	for _, r := range rules.All() {
		data, _ := rules.Example(r.ID)
		for _, file := range txtar.Parse(data).Files {
			if strings.HasSuffix(file.Name, ".json") {
				f.Add(string(file.Data))
			}
		}
	}
	f.Add(`{"Statement":{"Effect":"Allow","NotAction":"iam:*","Resource":["*",7]}}`)
	f.Add(`{"Statement":[{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":"s3:*","Resource":"arn:aws:s3:::b/*","Condition":{"Bool":{"aws:SecureTransport":false}}}]}`)
	f.Add(`{"Statement":[{"Effect":"Allow","NotPrincipal":"*","Action":[],"NotResource":"${x}","Condition":{"ForAnyValue:StringLikeIfExists":{"aws:PrincipalOrgID":["o-*"]}}}]}`)
	const main = `
resource "aws_iam_policy" "p" { policy = file("policy.json") }
resource "aws_iam_role_policy" "p" { policy = file("policy.json") }
resource "aws_s3_bucket" "b" { bucket = "b" }
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = file("policy.json")
}
resource "aws_backup_vault" "v" { name = "v" }
resource "aws_backup_vault_policy" "v" {
  backup_vault_name = aws_backup_vault.v.name
  policy            = file("policy.json")
}
data "aws_iam_policy_document" "d" { source_policy_documents = [file("policy.json")] }
resource "aws_iam_policy" "d" { policy = data.aws_iam_policy_document.d.json }
`
	f.Fuzz(func(t *testing.T, policy string) {
		judgeFiles(t, map[string]string{"main.tf": main, "policy.json": policy})
	})
}

// FuzzDocument judges a plan or a state.
func FuzzDocument(f *testing.F) {
	f.Add(`{"format_version":"1.2","planned_values":{"root_module":{"resources":[{"address":"aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","name":"b","values":{"bucket":"b"}}]}},"resource_changes":[{"address":"aws_s3_bucket.b","change":{"actions":["create"],"after":{"bucket":"b"},"after_unknown":{"id":true}}}]}`)
	f.Add(`{"version":4,"resources":[{"mode":"managed","type":"aws_sns_topic","name":"t","instances":[{"index_key":0,"attributes":{"arn":"arn:aws:sns:us-east-1:123456789012:t","kms_master_key_id":""}}]}]}`)
	f.Add(`{"format_version":"1.0","values":{"root_module":{"child_modules":[{"address":"module.m","resources":[{"address":"module.m.aws_db_instance.d","mode":"managed","type":"aws_db_instance","name":"d","values":{"storage_encrypted":false}}]}]}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		in, err := terraform.Load(context.Background(), "-", strings.NewReader(text), terraform.Options{})
		if err == nil {
			judge(t, in)
		}
	})
}
