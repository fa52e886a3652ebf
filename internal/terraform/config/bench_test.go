package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// BenchmarkLoad is to be compared with BenchmarkParse: the same files, read
// and parsed on all cores, with nothing else done.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir, _, size := corpus(b, n)
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				load(b, dir)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, files, size := corpus(b, n)
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				parseAll(b, files)
			}
		})
	}
}

// parseAll is the floor: what the parse costs that nobody can do without.
func parseAll(b *testing.B, files []string) {
	parsed := make([]*hcl.File, len(files))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(files)); i = next.Add(1) - 1 {
				src, err := os.ReadFile(files[i])
				if err != nil {
					b.Error(err)
					return
				}
				f, diags := hclsyntax.ParseConfig(src, files[i], hcl.InitialPos)
				if diags.HasErrors() {
					b.Error(diags)
				}
				parsed[i] = f
			}
		})
	}
	wait.Wait()
	runtime.KeepAlive(parsed)
}

// corpus writes a repository of about n resource blocks, two roots and ten
// modules, and returns its directory, its files and their size.
func corpus(tb testing.TB, n int) (dir string, files []string, size int64) {
	tb.Helper()
	dir = tb.TempDir()
	add := func(name, text string) {
		file := filepath.Join(dir, name)
		write(tb, file, text)
		files = append(files, file)
		size += int64(len(text))
	}
	for i := range n / 20 {
		module := fmt.Sprintf("modules/m%d", i%10)
		if i%3 == 0 {
			module = fmt.Sprintf("envs/e%d", i%2)
		}
		var text strings.Builder
		for j := range 10 {
			fmt.Fprintf(&text, resourceText, fmt.Sprintf("r%d_%d", i, j))
		}
		add(fmt.Sprintf("%s/file%d.tf", module, i), text.String())
	}
	for e := range 2 {
		var text strings.Builder
		for m := range 10 {
			fmt.Fprintf(&text, "module \"m%d\" {\n  source = \"../../modules/m%[1]d\"\n  prefix = local.prefix\n}\n", m)
		}
		add(fmt.Sprintf("envs/e%d/modules.tf", e), text.String())
		write(tb, filepath.Join(dir, fmt.Sprintf("envs/e%d/terraform.tfvars", e)), "prefix = \"x\"\n")
	}
	for m := range 10 {
		add(fmt.Sprintf("modules/m%d/variables.tf", m), "variable \"prefix\" {\n  type    = string\n  default = null\n}\n")
	}
	return dir, files, size
}

// resourceText is two resource blocks as people write them.
const resourceText = `# The bucket of %[1]s holds what the team uploads.
resource "aws_s3_bucket" "%[1]s" {
  for_each      = toset(["logs", "data"])
  bucket        = "${var.prefix}-%[1]s-${each.key}"
  force_destroy = false

  tags = merge(local.tags, {
    Name        = "%[1]s"
    Environment = var.environment
  })

  dynamic "lifecycle_rule" {
    for_each = var.rules
    content {
      id      = lifecycle_rule.value.id
      enabled = lookup(lifecycle_rule.value, "enabled", true)
      expiration {
        days = lifecycle_rule.value.days > 30 ? lifecycle_rule.value.days : 30
      }
    }
  }
}

resource "aws_s3_bucket_policy" "%[1]s" {
  bucket = aws_s3_bucket.%[1]s["data"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyInsecure"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.%[1]s["data"].arn, "${aws_s3_bucket.%[1]s["data"].arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

`
