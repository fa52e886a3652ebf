package graph

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"safeguard/internal/logic"
)

// A Resource is one instance of a managed resource or data source.
type Resource struct {
	Body
	Type    string // aws_s3_bucket
	Address string // module.phi.aws_s3_bucket.data[0]; data sources begin with data.
	Module  string // module.phi; "" in the root module
	Name    string // data
	Data    bool   // a data source, which declares nothing

	Region string // "" if not known
	ID     string // real id and ARN, from a state
	ARN    string

	// Maybe marks the representative of an unknown number of instances, zero
	// included: count or for_each is not known. Cause says why.
	Maybe bool
	Cause Cause
	// Number is equal for resources of which there are certainly as many,
	// although it is not known how many; "" if none is known to be such.
	Number string

	// Tags that the provider's default_tags add; nil if there are none.
	DefaultTags func() Value

	names atomic.Pointer[[]Value] // see Names; nil until first asked for
}

// Get is the value at a dotted path of block types and attribute names: see Path.
func (r *Resource) Get(path string) Value { return Path(r.Body, path) }

// An Unresolved is a module call (or another hole in the configuration) whose
// content is not known: it may declare anything about what it is told of.
type Unresolved struct {
	Address  string // module.vpc
	Cause    Cause
	Location Location
	// Mentions gives the values that are passed in.
	Mentions func() []Value
}

// A Graph is one root module, or one plan or state, in whole.
type Graph struct {
	Root      string // name of the root, "." for the only one
	Resources []*Resource
	// Unresolved are the modules whose content is not known.
	Unresolved []Unresolved
	// Incomplete says why declarations may be missing altogether, as when a
	// file cannot be parsed; "" if none may.
	Incomplete string
	// ProviderMajor is the major version of the AWS provider, 0 if not known.
	ProviderMajor int

	once    sync.Once
	byType  map[string][]*Resource
	byAddr  map[string]*Resource
	indexes sync.Map // index key -> *index
}

func (g *Graph) build() {
	g.once.Do(func() {
		g.byType = make(map[string][]*Resource)
		g.byAddr = make(map[string]*Resource, len(g.Resources))
		for _, r := range g.Resources {
			g.byAddr[r.Address] = r
			key := r.Type
			if r.Data {
				key = "data." + key
			}
			g.byType[key] = append(g.byType[key], r)
		}
	})
}

// OfType lists the managed resources of the types, in order of declaration. A
// type written "data.aws_x" means data sources.
func (g *Graph) OfType(types ...string) []*Resource {
	g.build()
	if len(types) == 1 {
		return g.byType[types[0]]
	}
	var rs []*Resource
	for _, t := range types {
		rs = append(rs, g.byType[t]...)
	}
	return rs
}

// ByAddress is the resource with this address, or nil.
func (g *Graph) ByAddress(address string) *Resource {
	g.build()
	return g.byAddr[address]
}

// Complete decides whether everything that the graph's root declares is in it:
// False if a file could not be read or a module is not installed.
func (g *Graph) Complete() logic.Truth {
	return logic.Of(g.Incomplete == "" && len(g.Unresolved) == 0)
}

// Gap says what is missing from the graph, zero if nothing is.
func (g *Graph) Gap() Cause {
	if g.Incomplete != "" {
		return Cause{Text: g.Incomplete}
	}
	for _, u := range g.Unresolved {
		return u.Cause
	}
	return Cause{}
}

// Find decides whether a resource of the types exists for which f is true, and
// returns the first for which it is True. Where none is, the answer is Unknown
// as long as one may be: f was Unknown for a resource, count is not known, a
// file is broken or a module is not installed (a module may hold anything).
func (g *Graph) Find(f func(*Resource) logic.Truth, types ...string) (*Resource, logic.Truth) {
	result := logic.False
	for _, r := range g.OfType(types...) {
		t := f(r)
		if r.Maybe {
			t = t.And(logic.Unknown)
		}
		if t == logic.True {
			return r, logic.True
		}
		result = result.Or(t)
	}
	return nil, result.Or(g.Complete().Not().And(logic.Unknown))
}

// identityAttrs are the attributes by whose literal value other resources name
// a resource, by type; genericIdentity serves the rest.
var identityAttrs = map[string][]string{
	"aws_s3_bucket":                     {"bucket"},
	"aws_db_instance":                   {"identifier"},
	"aws_rds_cluster":                   {"cluster_identifier"},
	"aws_docdb_cluster":                 {"cluster_identifier"},
	"aws_neptune_cluster":               {"cluster_identifier"},
	"aws_rds_cluster_instance":          {"identifier"},
	"aws_redshift_cluster":              {"cluster_identifier"},
	"aws_lambda_function":               {"function_name"},
	"aws_elasticache_replication_group": {"replication_group_id"},
	"aws_elasticache_cluster":           {"cluster_id"},
	"aws_dms_replication_instance":      {"replication_instance_id"},
	"aws_opensearch_domain":             {"domain_name"},
	"aws_elasticsearch_domain":          {"domain_name"},
	"aws_api_gateway_stage":             {"stage_name"},
	"aws_load_balancer_policy":          {"policy_name"},
	"aws_db_snapshot":                   {"db_snapshot_identifier"},
	"aws_db_cluster_snapshot":           {"db_cluster_snapshot_identifier"},
	"aws_rds_global_cluster":            {"global_cluster_identifier"},
	"aws_instance":                      {},
	"aws_vpc":                           {},
	"aws_subnet":                        {},
	"aws_security_group":                {},
	"aws_ebs_volume":                    {},
	"aws_efs_file_system":               {},
	"aws_api_gateway_rest_api":          {},
	"aws_apigatewayv2_api":              {},
	"aws_kms_key":                       {},
}

var genericIdentity = []string{"name"}

// Names are the values by which others may name r literally: its identifying
// attributes, and its id and ARN where they are known. Absent ones are left out.
// The caller must not change the slice.
func (r *Resource) Names() []Value {
	if vs := r.names.Load(); vs != nil {
		return *vs
	}
	vs := r.findNames()
	r.names.Store(&vs)
	return vs
}

func (r *Resource) findNames() []Value {
	attrs, ok := identityAttrs[r.Type]
	if !ok {
		attrs = genericIdentity
	}
	var vs []Value
	for _, a := range attrs {
		if v := r.Attr(a); v.kind == KindString || v.kind == KindUnknown {
			vs = append(vs, v)
		}
	}
	for _, s := range []string{r.ID, r.ARN} {
		if s != "" {
			vs = append(vs, String(s))
		}
	}
	return vs
}

// Identifies decides whether the string v (a name, id, ARN or reference, or a
// list of such) names the resource r.
func (g *Graph) Identifies(v Value, r *Resource) logic.Truth {
	switch v.kind {
	case KindUnknown:
		if !g.mayYield(v.Cause(), r) {
			return logic.False
		}
		return g.namedAlike(v, r)
	case KindList:
		t := logic.False
		for _, e := range v.list {
			t = t.Or(g.Identifies(e, r))
		}
		return t
	case KindMap:
		t := logic.False
		for _, k := range v.Keys() {
			t = t.Or(g.Identifies(v.fields[k], r))
		}
		return t
	case KindString:
	default:
		return logic.False
	}
	parts := Parts(v.text)
	if ref := onlyRef(parts); ref != nil {
		if ref.Address == r.Address {
			return logic.True
		}
		other := g.ByAddress(ref.Address)
		if other == nil || !other.Data || !sameKind(other.Type, r.Type) {
			return logic.False
		}
		return namesMeet(other.Names(), r.Names())
	}
	name, last := nameIn(v.text), lastSegment(v.text)
	if name != last && r.ARN != "" {
		return SameText(last, lastSegment(r.ARN))
	}
	t := logic.False
	for _, own := range r.Names() {
		if own.kind == KindUnknown {
			t = t.Or(logic.Unknown)
			continue
		}
		t = t.Or(SameText(last, lastSegment(own.text))).Or(SameText(name, nameIn(own.text)))
	}
	switch t {
	case logic.True:
		return g.meant(v, r)
	case logic.Unknown:
		t = g.namedAlike(v, r)
	}
	for _, p := range parts {
		if p.Hole != nil && !g.mayYield(*p.Hole, r) {
			return logic.False // text made of another thing's attribute
		}
	}
	return t
}

// meant decides whether v, the very name of r, means r and not another resource
// of that name, as in another Region or in an example beside it: what v was
// written as an attribute of says it.
func (g *Graph) meant(v Value, r *Resource) logic.Truth {
	same := g.namesakes(nameKey(v), r.Type)
	if len(same) < 2 {
		return logic.True
	}
	if source := g.ByAddress(v.Source()); source != nil && slices.Contains(same, source) {
		return logic.Of(source == r)
	}
	return logic.Unknown
}

// onlyRef is the reference that a string consists of, or begins with: an ARN
// followed by "/*" or ":*" names the same resource.
func onlyRef(parts []Part) *Ref {
	if len(parts) > 0 {
		return parts[0].Ref
	}
	return nil
}

func sameKind(a, b string) bool { return a == b || strings.TrimSuffix(a, "s") == b }

func namesMeet(as, bs []Value) logic.Truth {
	t := logic.False
	for _, a := range as {
		for _, b := range bs {
			if a.kind == KindUnknown || b.kind == KindUnknown {
				t = t.Or(logic.Unknown)
				continue
			}
			t = t.Or(SameText(a.text, b.text))
		}
	}
	return t
}

// mayYield reports whether an unknown value with this cause could name r.
func (g *Graph) mayYield(c Cause, r *Resource) bool {
	if c.Base == "" {
		return true
	}
	if u := g.unresolved(c.Base); u != nil {
		return g.mentions(u, r)
	}
	base := c.Base
	if i := strings.LastIndex(base, "[*]"); i == len(base)-3 && i >= 0 {
		base = base[:i]
	}
	if strings.HasPrefix(lastStep(base), "var.") || strings.HasPrefix(lastStep(base), "local.") {
		return true
	}
	if typ, ok := strings.CutPrefix(lastStep(base), "data."); ok {
		typ, _, _ = strings.Cut(typ, ".")
		return sameKind(typ, r.Type)
	}
	// The value comes from a resource: it can only be one of its instances.
	return r.Address == base || strings.HasPrefix(r.Address, base+"[") || strings.HasPrefix(base, r.Address+".")
}

// lastStep is what follows the module path of an address.
func lastStep(address string) string {
	for strings.HasPrefix(address, "module.") {
		rest := address[len("module."):]
		i := strings.IndexByte(rest, '.')
		if j := strings.IndexByte(rest, '['); j >= 0 && j < i {
			if k := strings.Index(rest, "]."); k >= 0 {
				i = k + 1
			}
		}
		if i < 0 {
			return ""
		}
		address = rest[i+1:]
	}
	return address
}

func (g *Graph) unresolved(address string) *Unresolved {
	for i := range g.Unresolved {
		if g.Unresolved[i].Address == address || strings.HasPrefix(address, g.Unresolved[i].Address+".") {
			return &g.Unresolved[i]
		}
	}
	return nil
}

// mentions reports whether the unresolved module is told of r: by reference,
// by name, or perhaps by a value that is not known.
func (g *Graph) mentions(u *Unresolved, r *Resource) bool {
	return slices.ContainsFunc(u.Mentions(), func(v Value) bool { return g.within(v, r) != logic.False })
}

func (g *Graph) within(v Value, r *Resource) logic.Truth {
	t := logic.False
	switch v.kind {
	case KindList:
		for _, e := range v.list {
			t = t.Or(g.within(e, r))
		}
		return t
	case KindMap:
		for _, e := range v.fields {
			t = t.Or(g.within(e, r))
		}
		return t
	case KindUnknown:
		// A value that is merely not known names nothing here, unless it
		// comes from r itself or is what r is named by.
		if b := v.Cause().Base; b != "" && (r.Address == b || strings.HasPrefix(r.Address, b+"[")) {
			return logic.True
		}
		return logic.Of(g.namedAlike(v, r) == logic.True)
	case KindString:
		for _, p := range Parts(v.text) {
			if p.Ref != nil && p.Ref.Address == r.Address {
				return logic.True
			}
		}
		for _, n := range r.Names() {
			if n.kind == KindString && n.text != "" && strings.Contains(v.text, n.text) {
				return logic.True
			}
		}
	}
	return logic.False
}
