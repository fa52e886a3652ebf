package config

import (
	"bytes"
	"maps"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// salvage parses a file that has errors piece by piece. hclsyntax reports the
// first fault alone, takes what it can of the others without a word, and is
// lost after a missing brace; so each piece begins where a line begins with
// the name of a block type. Broken has the blocks with a fault in them. Lost
// says that something else may be declared where the faults are.
func salvage(src []byte, path string) (body *hclsyntax.Body, broken map[*hclsyntax.Block]bool, lost bool, diags []Diagnostic) {
	body = &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}
	broken = map[*hclsyntax.Block]bool{}
	pos := hcl.InitialPos
	for pos.Byte < len(src) {
		piece := src[pos.Byte:]
		if end := nextPiece(piece); end > 0 {
			piece = piece[:end]
		}
		f, problems := hclsyntax.ParseConfig(piece, path, pos)
		diags = append(diags, fromHCL(problems)...)
		found, ok := f.Body.(*hclsyntax.Body)
		lost = lost || problems.HasErrors() && !(ok && contained(piece, found))
		if ok {
			maps.Copy(body.Attributes, found.Attributes)
			if fault, ok := firstError(problems); ok {
				for _, block := range found.Blocks {
					if block.CloseBraceRange.End.Byte >= fault || block.CloseBraceRange.Empty() {
						broken[block] = true
						forget(block.Body, fault)
					}
				}
			}
			body.Blocks = append(body.Blocks, found.Blocks...)
		}
		pos.Byte += len(piece)
		pos.Line += bytes.Count(piece, []byte("\n"))
	}
	return body, broken, lost, diags
}

// contained reports whether a piece with a fault is one resource or data block
// from its first brace to its last, so that nothing but its own arguments can
// hide in it, and none of those that say how many of it there are.
func contained(piece []byte, found *hclsyntax.Body) bool {
	if len(found.Blocks) != 1 || len(found.Attributes) > 0 {
		return false
	}
	block := found.Blocks[0]
	if block.Type != "resource" && block.Type != "data" || len(block.Labels) != len(labels[block.Type]) {
		return false
	}
	tokens, problems := hclsyntax.LexConfig(piece, "", hcl.InitialPos)
	if problems.HasErrors() {
		return false
	}
	depth, closed := 0, false
	for i, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenComment, hclsyntax.TokenEOF:
			continue
		case hclsyntax.TokenInvalid, hclsyntax.TokenBadUTF8, hclsyntax.TokenQuotedNewline:
			return false
		case hclsyntax.TokenOBrace:
			depth++
		case hclsyntax.TokenCBrace:
			depth--
			if closed = depth == 0; closed {
				continue
			}
		case hclsyntax.TokenIdent:
			name := string(t.Bytes)
			meta := name == "count" || name == "for_each"
			if depth == 1 && meta && block.Body.Attributes[name] == nil || i > 0 && header(name, tokens[i+1]) {
				return false
			}
		}
		if closed || depth < 0 {
			return false
		}
	}
	return closed
}

// header reports whether a block of a file may begin with name and next.
func header(name string, next hclsyntax.Token) bool {
	names, known := labels[name]
	return known && (next.Type == hclsyntax.TokenOQuote || len(names) == 0 && next.Type == hclsyntax.TokenOBrace)
}

// nextPiece returns where, after the first line, a line begins with the name
// of a block type, or 0.
func nextPiece(src []byte) int {
	for at := 0; ; {
		line := bytes.IndexByte(src[at:], '\n')
		if line < 0 {
			return 0
		}
		at += line + 1
		name := src[at:]
		if end := bytes.IndexAny(name, " \t\"{\n"); end >= 0 {
			name = name[:end]
		}
		if _, known := labels[string(name)]; known {
			return at
		}
	}
}

// firstError returns the byte at which the first error begins.
func firstError(diags hcl.Diagnostics) (at int, ok bool) {
	for _, d := range diags {
		if d.Severity == hcl.DiagError && d.Subject != nil && (!ok || d.Subject.Start.Byte < at) {
			at, ok = d.Subject.Start.Byte, true
		}
	}
	return at, ok
}

// forget makes the arguments unknown that end after the byte called from: what
// the parser leaves of "a ${1 +} b" would otherwise be a value like any other.
func forget(body *hclsyntax.Body, from int) {
	for _, attr := range body.Attributes {
		if attr.SrcRange.End.Byte >= from {
			attr.Expr = &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal, SrcRange: attr.Expr.Range()}
		}
	}
	for _, block := range body.Blocks {
		forget(block.Body, from)
	}
}
