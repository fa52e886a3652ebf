// Package link finds the resource of Terraform that a finding of AWS is about:
// its address, file, line and root. Several that could be it are listed, never
// guessed from; what is not in Terraform is told who made it.
package link

import (
	"fmt"
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
	configs []*graph.Graph
}

type key struct{ typ, name string } // typ is AWS's

type entry struct {
	res             *graph.Resource
	root            string
	account, region string // "" if not known
}

// New indexes configurations, which know files and lines, and states, which know
// what AWS calls a resource. Either alone serves too: a configuration knows the
// names that are written in it, a state has no lines.
func New(configs, states []*graph.Graph) *Index {
	x := &Index{byName: map[key][]*entry{}, byARN: map[string][]*entry{}, byType: map[string][]*entry{}, configs: configs}
	for _, g := range states {
		for _, r := range g.Resources {
			x.add(r, g.Root)
		}
	}
	for _, g := range configs {
		for _, r := range g.Resources {
			if !r.Maybe {
				x.add(r, g.Root)
			}
		}
	}
	return x
}

func (x *Index) add(r *graph.Resource, root string) {
	if r.Data {
		return
	}
	e := &entry{res: r, root: root, region: r.Region}
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

// Link completes a result that comes from AWS with its place in Terraform, or
// says why it has none. The fingerprint stays.
func (x *Index) Link(r *assessment.Result) {
	if len(r.Sources) == 0 {
		return
	}
	found := x.find(r)
	if len(found) == 1 {
		x.place(r, found[0])
		return
	}
	if len(found) > 1 {
		r.Link = &assessment.Link{Reason: "several resources have this name"}
		for _, e := range found {
			r.Link.Candidates = append(r.Link.Candidates, e.root+": "+e.res.Address)
		}
		return
	}
	by, reason := maker(r)
	r.Link = &assessment.Link{Unmanaged: by, Reason: reason}
}

// place writes where e is.
func (x *Index) place(r *assessment.Result, e *entry) {
	r.Resource.TerraformType, r.Resource.Address, r.Resource.Root = e.res.Type, e.res.Address, e.root
	if l := e.res.Location(); l.Line > 0 {
		r.Location = assessment.Location(l)
		return
	}
	var declared []*graph.Resource
	var roots []string
	for _, g := range x.configs {
		res := g.ByAddress(e.res.Address)
		if res == nil { // the configuration may not know its instances
			res = unindexed(g, e.res.Address)
		}
		if res != nil {
			declared, roots = append(declared, res), append(roots, g.Root)
		}
	}
	if i := slices.Index(roots, e.root); i >= 0 {
		declared, roots = declared[i:i+1], roots[i:i+1]
	}
	switch len(declared) {
	case 0:
		r.Link = &assessment.Link{Reason: "it is in the state and not in the code that was given"}
	case 1:
		r.Resource.Root, r.Location = roots[0], assessment.Location(declared[0].Location())
	default:
		r.Link = &assessment.Link{Reason: "several roots declare " + e.res.Address}
		for _, root := range roots {
			r.Link.Candidates = append(r.Link.Candidates, root+": "+e.res.Address)
		}
	}
}

// unindexed finds the declaration of an instance whose count or for_each the
// configuration does not know.
func unindexed(g *graph.Graph, address string) *graph.Resource {
	want := strip(address)
	for _, r := range g.Resources {
		if r.Maybe && strip(r.Address) == want {
			return r
		}
	}
	return nil
}

// strip is an address without instance keys.
func strip(address string) string {
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(address); i++ {
		c := address[i]
		switch {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// find lists the resources that r may be about; one address is listed once.
func (x *Index) find(r *assessment.Result) []*entry {
	res := r.Resource
	if res.Type == "AWS::::Account" {
		var all []*entry
		for _, t := range singletons[r.Rule] {
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
	for _, e := range es {
		if e.account != "" && res.Account != "" && e.account != res.Account {
			continue
		}
		if e.region != "" && res.Region != "" && e.region != res.Region && !global(res.Type) {
			continue
		}
		if i := slices.IndexFunc(all, func(o *entry) bool {
			return o.res.Address == e.res.Address && (o.root == e.root || o.fromState() != e.fromState())
		}); i >= 0 {
			continue
		}
		all = append(all, e)
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

// makers are the marks of those who make resources that Terraform does not have.
var makers = []struct{ by, mark, reason string }{
	{"service-linked-role", ":role/aws-service-role/", "AWS made this role for a service and keeps it: accept the finding with an exception"},
	{"identity-center", "AWSReservedSSO_", "IAM Identity Center made it: change the permission set, or accept the finding with an exception"},
	{"identity-center", "/aws-reserved/", "AWS made it: accept the finding with an exception"},
	{"control-tower", "aws-controltower", "Control Tower made it and reverts changes: accept the finding with an exception"},
	{"control-tower", "AWSControlTower", "Control Tower made it and reverts changes: accept the finding with an exception"},
	{"control-tower", "stacksets-exec-", "CloudFormation StackSets made it: accept the finding with an exception"},
	{"cloudformation", "cf-templates-", "CloudFormation made it for its templates: accept the finding with an exception"},
	{"cloudformation", "cdk-hnb659fds-", "the CDK made it: change it there"},
	{"cloudformation", "-StackSet-", "CloudFormation made it: change the template"},
	{"aws", ":policy/service-role/", "AWS made this policy: accept the finding with an exception"},
}

// maker says who made what is not in Terraform.
func maker(r *assessment.Result) (by, reason string) {
	if r.Resource.Type == "AWS::::Account" {
		if types := singletons[r.Rule]; len(types) > 0 {
			return "", fmt.Sprintf("it is about the account, and no %s is in this Terraform", types[0])
		}
		return "", "it is about the account"
	}
	for _, m := range makers {
		if strings.Contains(r.Resource.ARN, m.mark) || strings.Contains(r.Resource.ID, m.mark) {
			return m.by, m.reason
		}
	}
	return "hand", "it is not in the Terraform that was given: made by hand or by other code"
}
