// Package link finds the resource of Terraform that a finding of AWS is about:
// its address, file, line and root. Several that could be it are listed, never
// guessed from; what is not in Terraform is told who made it.
package link

import (
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/graph"
)

// An Index knows the resources of configurations and states by the names that
// AWS may give them.
type Index struct {
	byName  map[key][]*entry
	byARN   map[string][]*entry
	byType  map[string][]*entry // of Terraform
	states  map[string]int      // how many states have an address
	code    map[string]int      // how many configurations
	configs []*graph.Graph
}

type key struct{ typ, name string } // typ is AWS's

type entry struct {
	res             *graph.Resource
	in              *graph.Graph
	root            string
	account, region string // "" if not known
}

// New indexes configurations, which know files and lines, and states, which know
// what AWS calls a resource. Either alone serves too: a configuration knows the
// names that are written in it, a state has no lines.
func New(configs, states []*graph.Graph) *Index {
	x := &Index{byName: map[key][]*entry{}, byARN: map[string][]*entry{}, byType: map[string][]*entry{}, states: map[string]int{}, code: map[string]int{}, configs: configs}
	for _, g := range states {
		for _, r := range g.Resources {
			x.states[r.Address]++
			x.add(r, g)
		}
	}
	for _, g := range configs {
		for _, r := range g.Resources {
			if !r.Maybe {
				x.code[r.Address]++
				x.add(r, g)
			}
		}
	}
	return x
}

func (x *Index) add(r *graph.Resource, g *graph.Graph) {
	if r.Data {
		return
	}
	e := &entry{res: r, in: g, root: g.Root, region: r.Region}
	x.byType[r.Type] = append(x.byType[r.Type], e)
	types, ok := awsTypes[r.Type]
	if !ok {
		return
	}
	if parts := strings.SplitN(r.ARN, ":", 6); len(parts) == 6 {
		e.account = parts[4]
		x.byARN[r.ARN] = append(x.byARN[r.ARN], e)
	}
	for _, typ := range types {
		names := []string{r.ID, r.ARN, strings.TrimSuffix(r.ARN, ":*")}
		for _, a := range kinds[typ].names {
			if s, ok := r.Attr(a).Literal(); ok {
				names = append(names, s)
			}
		}
		if typ == "AWS::EC2::Instance" {
			x.volumes(e)
		}
		slices.Sort(names)
		for _, n := range slices.Compact(names) {
			if n != "" {
				x.byName[key{typ, n}] = append(x.byName[key{typ, n}], e)
			}
		}
	}
}

// volumes indexes the volumes that an instance declares within itself.
func (x *Index) volumes(e *entry) {
	for _, block := range []string{"root_block_device", "ebs_block_device"} {
		for _, b := range e.res.Blocks(block).Items {
			if id, ok := b.Attr("volume_id").Literal(); ok && id != "" {
				k := key{"AWS::EC2::Volume", id}
				x.byName[k] = append(x.byName[k], e)
			}
		}
	}
}

// Link completes a result that comes from AWS with its place in Terraform and its
// companions there, or says why it has none. The fingerprint stays.
func (x *Index) Link(r *assessment.Result) {
	if len(r.Sources) == 0 {
		return
	}
	found := x.find(r.Rule, r.Resource)
	if group := r.Resource.AWSTags["aws:autoscaling:groupName"]; group != "" && len(found) == 0 {
		of := r.Resource
		of.Type, of.ID, of.ARN = "AWS::AutoScaling::AutoScalingGroup", group, ""
		if found = x.find(r.Rule, of); len(found) == 1 {
			r.Link = &assessment.Link{Reason: "the group makes its instances: what is wrong is in the group or its launch template"}
		}
	}
	switch len(found) {
	case 0:
		by, reason := maker(r)
		r.Link = &assessment.Link{Unmanaged: by, Reason: reason}
	case 1:
		x.place(r, found[0])
	default:
		r.Link = &assessment.Link{Reason: "several resources have this name"}
		for _, e := range found {
			r.Link.Candidates = append(r.Link.Candidates, e.root+": "+e.res.Address)
		}
	}
}

// place writes where e is.
func (x *Index) place(r *assessment.Result, e *entry) {
	r.Resource.TerraformType, r.Resource.Address, r.Resource.Root = e.res.Type, e.res.Address, e.root
	declared := x.declarations(e)
	switch len(declared) {
	case 0:
		l := linkOf(r)
		l.Reason = "it is in the state and not in the code that was given"
		l.Companions = companions(e.in, e.res, r.Rule)
	case 1:
		d := declared[0]
		r.Resource.Root, r.Location = d.root, assessment.Location(d.res.Location())
		if found := companions(d.in, d.res, r.Rule); len(found) > 0 {
			linkOf(r).Companions = found
		}
	default:
		l := linkOf(r)
		l.Reason = "several roots declare " + e.res.Address
		for _, d := range declared {
			l.Candidates = append(l.Candidates, d.root+": "+e.res.Address)
		}
	}
}

// linkOf is the link of a result, made if there is none.
func linkOf(r *assessment.Result) *assessment.Link {
	if r.Link == nil {
		r.Link = &assessment.Link{}
	}
	return r.Link
}

// declarations are where an entry is written: itself if it is of a configuration,
// or else its address in the configurations, in that of its own root if it is there.
func (x *Index) declarations(e *entry) []*entry {
	if e.res.Location().Line > 0 {
		return []*entry{e}
	}
	var all []*entry
	for _, g := range x.configs {
		res := g.ByAddress(e.res.Address)
		if res == nil { // the configuration may not know its instances
			res = unindexed(g, e.res.Address)
		}
		if res != nil {
			all = append(all, &entry{res: res, in: g, root: g.Root})
		}
	}
	if i := slices.IndexFunc(all, func(d *entry) bool { return d.root == e.root }); i >= 0 {
		return all[i : i+1]
	}
	return all
}

// unindexed finds the declaration of an instance whose count or for_each the
// configuration does not know.
func unindexed(g *graph.Graph, address string) *graph.Resource {
	want := assessment.WithoutKeys(address)
	for _, r := range g.Resources {
		if r.Maybe && assessment.WithoutKeys(r.Address) == want {
			return r
		}
	}
	return nil
}

// find lists the resources that a verdict by rule on res may be about; one address is listed once.
func (x *Index) find(rule string, res assessment.Resource) []*entry {
	if res.Type == "AWS::::Account" {
		var all []*entry
		for _, t := range singletons[rule] {
			all = append(all, x.byType[t]...)
		}
		return x.fitting(all, res)
	}
	if all := x.fitting(x.byARN[res.ARN], res); len(all) > 0 {
		return all
	}
	names := []string{res.ARN, res.ID}
	if _, domain, ok := strings.Cut(res.ID, "/"); ok && strings.HasSuffix(res.Type, "::Domain") { // account/domain
		names = append(names, domain)
	}
	for _, name := range append(names, tail(res.ARN)) {
		if name == "" {
			continue
		}
		if all := x.fitting(x.byName[key{res.Type, name}], res); len(all) > 0 {
			return all
		}
	}
	return nil
}

// fitting leaves out resources of other accounts and regions, and one resource's
// entry from the configuration where there is one from the state.
func (x *Index) fitting(es []*entry, res assessment.Resource) []*entry {
	var all []*entry
	elsewhere := map[string]bool{} // addresses that are another account's or region's
	for _, e := range es {
		if e.account != "" && res.Account != "" && e.account != res.Account ||
			e.region != "" && res.Region != "" && e.region != res.Region && !global(res.Type) {
			elsewhere[e.res.Address] = true
			continue
		}
		// The state tells whose the code is, if there is a state for each code.
		if elsewhere[e.res.Address] && !e.fromState() && x.states[e.res.Address] >= x.code[e.res.Address] {
			continue
		}
		if !slices.ContainsFunc(all, func(o *entry) bool {
			return o.res.Address == e.res.Address && (o.root == e.root || o.fromState() != e.fromState())
		}) {
			all = append(all, e)
		}
	}
	return all
}

func (e *entry) fromState() bool { return e.res.ID != "" }

// global reports whether resources of a type have no region, and are reported in
// one or in each.
func global(typ string) bool {
	return strings.HasPrefix(typ, "AWS::IAM::") || strings.HasPrefix(typ, "AWS::CloudFront::") || typ == "AWS::::Account" || typ == "AWS::S3::Bucket" || typ == "AWS::CloudTrail::Trail"
}

// tail is the name at the end of an ARN.
func tail(arn string) string {
	return arn[strings.LastIndexAny(arn, ":/")+1:]
}
