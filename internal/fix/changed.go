package fix

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// changedBlocks are the resources, as TYPE.NAME, whose blocks differ before and
// after the change of a file in native syntax.
func changedBlocks(f File) map[string]bool {
	if strings.HasSuffix(f.Path, ".json") {
		return nil
	}
	was, changed := blockTexts(f.Before), map[string]bool{}
	for name, text := range blockTexts(f.After) {
		if was[name] != text {
			changed[name] = true
		}
	}
	return changed
}

// blockTexts are the sources of the resource blocks of a file.
func blockTexts(src []byte) map[string]string {
	texts := map[string]string{}
	parsed, _ := hclsyntax.ParseConfig(src, "", hcl.InitialPos)
	if parsed == nil {
		return texts
	}
	for _, b := range parsed.Body.(*hclsyntax.Body).Blocks {
		if b.Type == "resource" && len(b.Labels) == 2 {
			texts[key(b)] = string(b.Range().SliceBytes(src)) + string(b.Body.SrcRange.SliceBytes(src))
		}
	}
	return texts
}
