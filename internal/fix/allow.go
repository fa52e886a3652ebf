package fix

import (
	"fmt"
	"strconv"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// allow lets a service use a shared key, in each root that uses the target's
// module. A policy that names the service already stays as it is.
func (w *writer) allow(c rule.Allow) error {
	key, ok := catalogue[c.Piece]
	if !ok {
		return fmt.Errorf("there is no shared piece %q", c.Piece)
	}
	for i, root := range w.pieces.roots {
		if i != w.pieces.index && (w.site.parent == nil || len(callersOf(root, w.site.module.Dir)) == 0) {
			continue
		}
		of := &pieces{roots: w.pieces.roots, graphs: w.pieces.graphs, index: i, made: w.pieces.made}
		if err := w.allowIn(of, key, c); err != nil {
			return fmt.Errorf("let %s use shared.%s: %w", c.Service, c.Piece, err)
		}
	}
	return nil
}

func (w *writer) allowIn(p *pieces, key piece, c rule.Allow) error {
	if _, err := p.address(w.world, c.Piece, key, "arn"); err != nil {
		return err
	}
	main := p.made[p.key(c.Piece, key)]
	if main == "" {
		return w.allowFound(p, key.find(p.graphs[p.index]), c)
	}
	root := &site{root: p.root(), module: p.root().Module}
	typ, label, _ := strings.Cut(main, ".")
	f, block, err := root.declared(w.world, "resource", typ, label)
	if err != nil {
		return err
	}
	if a := block.Body.Attributes["policy"]; a != nil && lets(f.text(a.Expr.Range()), c.Service) {
		return nil
	}
	return w.intoPolicy(rule.Statement{Path: "policy", Code: allowing(c)}, root, f, block)
}

// allowFound is allow for a key that the configuration had.
func (w *writer) allowFound(p *pieces, key *graph.Resource, c rule.Allow) error {
	if lets(key.Attr("policy").Text(), c.Service) {
		return nil
	}
	s, err := siteOf(p.root(), key.Module)
	if err != nil {
		return err
	}
	of := &writer{world: w.world, site: s, target: key, pieces: p, given: w.given, gentle: w.gentle, part: w.part, added: map[string]string{}}
	statement := rule.Statement{Path: "policy", Code: allowing(c)}
	if inJSON(key) {
		return of.jsonStatement(statement)
	}
	return of.statement(statement)
}

// lets reports whether a policy names a service.
func lets(policy, service string) bool { return strings.Contains(policy, strconv.Quote(service)) }

// allowing is the statement that lets a service use a key, with a sid such as
// EventsRds for events.rds.amazonaws.com.
func allowing(c rule.Allow) string {
	var sid strings.Builder
	name, _, _ := strings.Cut(c.Service, ".amazonaws.")
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '-' }) {
		sid.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return fmt.Sprintf(`
		statement {
		  sid       = %q
		  effect    = "Allow"
		  actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
		  resources = ["*"]

		  principals {
		    type        = "Service"
		    identifiers = [%q]
		  }
		}
	`, sid.String(), c.Service)
}
