package corpus

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Sizes in resource blocks. A root module that has grown for some years keeps a good hundred blocks of its own; a
// stack is what one team owns; a file ends where people start to look for the next name.
const (
	maxRoot            = 150
	minStack, maxStack = 150, 350
	minFile, maxFile   = 20, 60
	blocksPerCall      = 20
	shared             = 2 // the key and the topic of the root module
)

var (
	areas = []string{
		"billing", "claims", "intake", "portal", "visits", "pharmacy", "labs", "imaging", "messaging", "research",
		"scheduling", "identity", "reporting", "devices", "referrals", "archive", "partners", "triage", "video", "search",
	}
	nouns = []string{
		"orders", "events", "notes", "letters", "invoices", "refunds", "ledger", "images", "scans", "results", "alerts",
		"chats", "calls", "forms", "uploads", "exports", "imports", "reports", "metrics", "audit", "backfill", "cache",
		"catalog", "consents", "devices", "drafts", "feeds", "grants", "history", "index", "journal", "keys", "mail",
		"members", "offers", "plans", "profiles", "quotas", "ratings", "records", "roster", "rules", "sessions", "shifts",
		"slots", "staff", "surveys", "tasks", "tickets", "tokens", "usage", "vitals", "webhooks", "workers",
	}
	remarks = []string{
		"# The %s of the portal. Ask in #platform before you change names: dashboards depend on them.\n",
		"# Moved here from the old account in spring; the other half of %s still lives there.\n",
		"# %s: see the decision record on retention, and the runbook for what to do when it pages.\n",
		"# Sized for the morning peak. The load test of %s is in the tools repository.\n",
		"# Read by the nightly export. Nothing else should write to %s.\n",
		"# %s is shared with the partners' account, so the policy below has two readers.\n",
		"# Kept apart from the rest because %s has another owner and another release rhythm.\n",
	}
)

// builder fills files. All its decisions come from rng, in one order.
type builder struct {
	rng     *rand.Rand
	left    int // resource blocks still to write
	modules []string
	files   map[string][]byte
}

func newBuilder(resources int, seed uint64) *builder {
	return &builder{
		rng:   rand.New(rand.NewPCG(seed, uint64(max(resources, 0)))),
		left:  max(resources, 0),
		files: map[string][]byte{},
	}
}

// library writes the local modules: as many as fit in half of a small corpus.
func (b *builder) library() {
	budget := b.left / 2
	for _, m := range library() {
		if m.resources > budget {
			continue
		}
		budget -= m.resources
		b.left -= m.resources
		b.modules = append(b.modules, m.name)
		for name, content := range m.files {
			b.files["modules/"+m.name+"/"+name] = content
		}
	}
}

// root writes the root module and the stacks that it calls.
func (b *builder) root() {
	v := frame{dice: dice{b.rng}, Shared: b.left >= shared, modules: b.modules}
	if v.Shared {
		b.left -= shared
	}
	own := b.left
	if b.left > maxRoot/4 {
		own = min(b.left*2/5, maxRoot)
	}
	var sizes []int
	for rest := b.left - own; rest > 0; {
		size := rest
		if rest > maxStack {
			size = minStack + b.rng.IntN(min(maxStack, rest-minStack)-minStack+1)
		}
		rest -= size
		sizes = append(sizes, size)
		v.Stacks = append(v.Stacks, stackName(len(sizes)-1))
	}

	for _, name := range []string{"versions.tf", "variables.tf", "terraform.tfvars", "main.tf"} {
		b.files[name] = render("root."+name, v)
	}
	b.features("", "./modules", own)
	for i, size := range sizes {
		dir := "stacks/" + v.Stacks[i] + "/"
		v.Stack = v.Stacks[i]
		for _, name := range []string{"variables.tf", "locals.tf"} {
			b.files[dir+name] = render("stack."+name, v)
		}
		b.features(dir, "../../modules", size)
	}
}

// features fills the directory of one module with files of units, until it holds the given number of resource blocks.
func (b *builder) features(dir, modules string, resources int) {
	for _, name := range []string{"user_data.sh.tftpl", "containers.json.tftpl"} {
		b.files[dir+"templates/"+name] = asset("frame/" + name)
	}
	names := &names{used: map[string]int{}}
	order := b.rng.Perm(len(areas))
	for i := 0; resources > 0; i++ {
		size := min(resources, minFile+b.rng.IntN(maxFile-minFile+1))
		if resources-size < minFile/2 {
			size = resources
		}
		resources -= size
		b.files[dir+fileName(areas[order[i%len(order)]], i/len(order))] = b.feature(names, modules, size)
	}
}

// feature returns one file of exactly the given number of resource blocks.
func (b *builder) feature(names *names, modules string, resources int) []byte {
	var parts [][]byte
	sinceCall := blocksPerCall/2 + b.rng.IntN(blocksPerCall/2)
	for resources > 0 {
		u := unit{dice: dice{b.rng}, Name: names.next(b.rng), Modules: modules}
		part := paragraph(render(pickUnit(b.rng), u))
		if countResources(part) > resources {
			part = paragraph(render(pickFiller(b.rng), u))
		}
		parts = append(parts, b.remark(u.Dash()), part)
		resources -= countResources(part)

		sinceCall += countResources(part)
		if sinceCall >= blocksPerCall && len(b.modules) > 0 {
			sinceCall = 0
			if call, ok := pickCall(b.rng, b.modules); ok {
				u := unit{dice: dice{b.rng}, Name: names.next(b.rng), Modules: modules}
				parts = append(parts, paragraph(render(call, u)))
			}
		}
	}
	return append(bytes.TrimSpace(bytes.Join(parts, nil)), '\n')
}

// remark is what a colleague wrote above a group of resources, if anything.
func (b *builder) remark(name string) []byte {
	if b.rng.IntN(100) < 10 {
		return nil
	}
	return fmt.Appendf(nil, remarks[b.rng.IntN(len(remarks))], name)
}

// paragraph is src with one empty line after it.
func paragraph(src []byte) []byte { return append(bytes.TrimSpace(src), "\n\n"...) }

func stackName(i int) string {
	return strings.TrimSuffix(fileName(areas[i%len(areas)], i/len(areas)), ".tf")
}

func fileName(area string, round int) string {
	if round == 0 {
		return area + ".tf"
	}
	return fmt.Sprintf("%s_%d.tf", area, round+1)
}

// names gives names that are unique within one module.
type names struct {
	used map[string]int
}

func (n *names) next(rng *rand.Rand) string {
	noun := nouns[rng.IntN(len(nouns))]
	n.used[noun]++
	if n.used[noun] == 1 {
		return noun
	}
	return fmt.Sprintf("%s_%d", noun, n.used[noun])
}

// dice is what the templates decide with.
type dice struct {
	rng *rand.Rand
}

// Chance is true in so many of a hundred cases.
func (d dice) Chance(percent int) bool { return d.rng.IntN(100) < percent }

// Int is a number from low to high, both included.
func (d dice) Int(low, high int) int { return low + d.rng.IntN(high-low+1) }

// Pick is one of the choices.
func (d dice) Pick(choices ...string) string { return choices[d.rng.IntN(len(choices))] }

// Hex is a string of so many hexadecimal digits.
func (d dice) Hex(digits int) string {
	out := make([]byte, digits)
	for i := range out {
		out[i] = "0123456789abcdef"[d.rng.IntN(16)]
	}
	return string(out)
}

// UUID has the form of the identifiers of keys and certificates.
func (d dice) UUID() string {
	return d.Hex(8) + "-" + d.Hex(4) + "-" + d.Hex(4) + "-" + d.Hex(4) + "-" + d.Hex(12)
}

// unit is what the template of one group of resources sees.
type unit struct {
	dice
	Name    string // Terraform name, unique in its module
	Modules string // relative path of the module library
}

// Dash is the name as AWS resources carry it.
func (u unit) Dash() string { return strings.ReplaceAll(u.Name, "_", "-") }

// frame is what the templates of the root module and of a stack see.
type frame struct {
	dice
	Shared  bool     // the root module has a key and a topic
	Stacks  []string // names of all stacks
	Stack   string   // name of this stack
	modules []string
}

// Has reports whether the library has the module.
func (f frame) Has(module string) bool { return slices.Contains(f.modules, module) }
