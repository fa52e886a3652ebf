package tftest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"
)

// OverrideFile is the name of the file that WriteOverride writes. It sorts
// after other override files, so it is merged last.
const OverrideFile = "zz_offline_override.tf"

// offline are the arguments that keep the AWS provider from calling AWS.
const offline = `  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
`

// WriteOverride writes into dir and every directory below an OverrideFile that
// gives each "aws" provider block, aliases included, what it needs to work
// without credentials and network. The directory dir gets one for its default
// provider without such a block too, unless nothing in it is of AWS: terraform
// takes seconds to start the AWS provider.
func WriteOverride(dir string) error {
	usesAWS := false
	aliases := map[string][]string{dir: nil}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != dir && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case d.IsDir() || !isConfiguration(path):
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		usesAWS = usesAWS || bytes.Contains(src, []byte(`"aws_`))
		in := filepath.Dir(path)
		aliases[in] = append(aliases[in], providerAliases(path, src)...)
		return nil
	})
	if err != nil {
		return err
	}
	if usesAWS {
		aliases[dir] = append(aliases[dir], "")
	}
	for in, names := range aliases {
		if len(names) == 0 {
			continue
		}
		slices.Sort(names)
		if err := os.WriteFile(filepath.Join(in, OverrideFile), override(slices.Compact(names)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func isConfiguration(path string) bool {
	path = strings.TrimSuffix(path, ".json")
	return strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".tofu")
}

func override(aliases []string) []byte {
	var b strings.Builder
	for _, alias := range aliases {
		b.WriteString("provider \"aws\" {\n")
		if alias != "" {
			fmt.Fprintf(&b, "  alias                       = %q\n", alias)
		}
		b.WriteString(offline + "}\n")
	}
	return []byte(b.String())
}

// providerAliases lists the aliases of the "aws" provider blocks of a file, ""
// for the default provider. What does not parse is passed over: terraform will
// say what is wrong with it.
func providerAliases(path string, src []byte) []string {
	parse := hclparse.NewParser().ParseHCL
	if strings.HasSuffix(path, ".json") {
		parse = hclparse.NewParser().ParseJSON
	}
	file, _ := parse(src, path)
	if file == nil {
		return nil
	}
	content, _, _ := file.Body.PartialContent(&hcl.BodySchema{
		Blocks: []hcl.BlockHeaderSchema{{Type: "provider", LabelNames: []string{"name"}}},
	})
	var aliases []string
	for _, block := range content.Blocks {
		if block.Labels[0] != "aws" {
			continue
		}
		alias := ""
		attrs, _, _ := block.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "alias"}}})
		if attr := attrs.Attributes["alias"]; attr != nil {
			if v, diags := attr.Expr.Value(nil); !diags.HasErrors() && v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
				alias = v.AsString()
			}
		}
		aliases = append(aliases, alias)
	}
	return aliases
}
