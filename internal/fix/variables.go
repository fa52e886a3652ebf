package fix

import (
	"cmp"
	"fmt"
	"path"

	"github.com/hashicorp/hcl/v2"

	"safeguard/internal/terraform/config"
)

// The addresses from which a port may be reached are a decision of the user's.
// By default they are the private ranges, from which nobody comes over the
// internet; where there is place for a single range, the largest of them.
var (
	adminRanges    = piece{typ: "list(string)", initial: private, about: "Address ranges from which administrators connect (SSH, RDP and the like), in CIDR notation: those of your VPN or office."}
	adminRange     = piece{typ: "string", initial: largest, about: "Address range from which administrators connect (SSH, RDP and the like), in CIDR notation: that of your VPN or office."}
	internalRanges = piece{typ: "list(string)", initial: private, about: "Address ranges from which databases, caches and other internal services are used, in CIDR notation: those of your VPCs."}
	internalRange  = piece{typ: "string", initial: largest, about: "Address range from which databases, caches and other internal services are used, in CIDR notation: that of your VPCs."}
)

const (
	private = `["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]` // RFC 1918
	largest = `"10.0.0.0/8"`
)

// variable is the expression for a piece that is a variable of the root, which
// is declared if it is not.
func (p *pieces) variable(w *world, name string, piece piece) (string, error) {
	root := &site{root: p.root(), module: p.root().Module}
	if _, b, err := root.declared(w, "variable", name); b != nil || err != nil {
		return "var." + name, err
	}
	if root.inJSON("variable", []string{name}) {
		return "var." + name, nil
	}
	f, err := w.open(path.Join(root.module.Dir, fileOf(root.module.Variables, func(v *config.Variable) hcl.Range { return v.Range }, "variables.tf")))
	if err != nil {
		return "", err
	}
	d := newDraft()
	d.appendText(f, piece.variable(name))
	return "var." + name, d.commit()
}

// anywhere reports whether the piece is the same whichever provider configuration
// a module is given.
func (p piece) anywhere(name string) bool { return name == account || p.typ != "" }

// variable declares a variable that is the piece or, in a module, an attribute of
// it. One that is a decision of the user's has a default in a module too: others
// may call it.
func (p piece) variable(name string) string {
	text := fmt.Sprintf("variable %q {\n  description = %q\n  type        = %s\n", name, p.about, cmp.Or(p.typ, "string"))
	if p.initial != "" {
		text += "  default     = " + p.initial + "\n"
	}
	return text + "}\n"
}
