package plan

import (
	"strings"
	"sync"

	"safeguard/internal/graph"
)

// Places gives the place of the block that an instance comes from, by the
// instance's address.
type Places func(address string) (graph.Location, bool)

// A source is what the resources of one graph share.
type source struct {
	doc   *Doc
	graph *graph.Graph

	mu     sync.Mutex
	scopes map[string]*scope

	indexOnce sync.Once
	idx       index
	providers providers
}

// An index finds instances and module instances.
type index struct {
	blocks  map[string][]*body  // by address without the instance's key
	modules map[string][]string // keys of the instances of a call, by its address
}

// Graph makes the graph of the document. Its resources are in the document's
// order. Their places are those that places gives, else the file named name.
func (d *Doc) Graph(name string, places Places) *graph.Graph {
	s := &source{doc: d, scopes: map[string]*scope{}}
	s.providers = s.readProviders()
	g := &graph.Graph{
		Root:          ".",
		Resources:     make([]*graph.Resource, len(d.instances)),
		Incomplete:    d.incomplete,
		ProviderMajor: s.providers.major,
	}
	s.graph = g
	bodies := make([]body, len(d.instances))
	resources := make([]graph.Resource, len(d.instances))
	for i, in := range d.instances {
		b, r := &bodies[i], &resources[i]
		b.instance, b.source, b.resource = in, s, r
		b.place = graph.Location{File: name}
		if places != nil {
			if l, ok := places(in.address); ok {
				b.place = l
			}
		}
		*r = graph.Resource{
			Body: b, Type: in.typ, Address: in.address, Module: in.module, Name: in.name, Data: in.data,
			Maybe: in.maybe != "",
		}
		if r.Maybe {
			r.Cause = graph.Cause{Text: in.address + ": " + in.maybe, Base: in.block()}
		}
		b.identify(r)
		g.Resources[i] = r
	}
	return g
}

// identify sets what is known of r in AWS: id, ARN and region.
func (b *body) identify(r *graph.Resource) {
	r.ID, r.ARN, r.Region = b.id, b.arn, b.region
	if !strings.HasPrefix(r.Type, "aws_") {
		r.ARN, r.Region = "", ""
		return
	}
	if r.Region == "" {
		if parts := strings.SplitN(r.ARN, ":", 5); len(parts) == 5 && parts[0] == "arn" {
			r.Region = parts[3]
		}
	}
	if r.Region == "" {
		r.Region = b.source.provider(b).region
	}
	if !r.Data {
		r.DefaultTags = b.defaultTags
	}
}

// index finds instances by block; it is made when the first unknown value is
// read.
func (s *source) index() *index {
	s.indexOnce.Do(func() {
		s.idx = index{blocks: map[string][]*body{}, modules: map[string][]string{}}
		seen := map[string]bool{"": true}
		for _, r := range s.graph.Resources {
			b := r.Body.(*body)
			s.idx.blocks[b.block()] = append(s.idx.blocks[b.block()], b)
			for sc := s.scope(r.Module); !seen[sc.path]; sc = sc.parent {
				seen[sc.path] = true
				if sc.parent == nil {
					break
				}
				call := qualify(sc.parent.path, "module."+sc.name)
				s.idx.modules[call] = append(s.idx.modules[call], sc.key)
			}
		}
	})
	return &s.idx
}
