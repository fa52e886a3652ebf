package datasource

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"safeguard/internal/graph"
)

// A partition is a part of AWS with accounts, regions and names of its own.
type partition struct {
	id, dnsSuffix string
	// prefix begins the names of its regions; the standard partition has none.
	prefix string
}

var partitions = [...]partition{
	{id: "aws", dnsSuffix: "amazonaws.com"},
	{id: "aws-cn", dnsSuffix: "amazonaws.com.cn", prefix: "cn-"},
	{id: "aws-us-gov", dnsSuffix: "amazonaws.com", prefix: "us-gov-"},
	{id: "aws-iso", dnsSuffix: "c2s.ic.gov", prefix: "us-iso-"},
	{id: "aws-iso-b", dnsSuffix: "sc2s.sgov.gov", prefix: "us-isob-"},
	{id: "aws-iso-e", dnsSuffix: "cloud.adc-e.uk", prefix: "eu-isoe-"},
	{id: "aws-iso-f", dnsSuffix: "csp.hci.ic.gov", prefix: "us-isof-"},
	{id: "aws-eusc", dnsSuffix: "amazonaws.eu", prefix: "eusc-"},
}

// standardRegion is what names of regions in the standard partition look like.
var standardRegion = regexp.MustCompile(`^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$`)

// partitionOf is the partition of a region, the zero partition if the name is
// none of a region.
func partitionOf(region string) partition {
	for _, p := range partitions[1:] {
		if strings.HasPrefix(region, p.prefix) {
			return p
		}
	}
	if standardRegion.MatchString(region) {
		return partitions[0]
	}
	return partition{}
}

// partition is the provider's partition, zero if it is not known.
func (e Env) partition() partition {
	if e.Partition == "" {
		return partitionOf(e.Region)
	}
	for _, p := range partitions {
		if p.id == e.Partition {
			return p
		}
	}
	return partition{id: e.Partition}
}

// cause says why region or partition are not known.
func (e Env) cause() graph.Cause {
	if e.Region != "" {
		return graph.Cause{Text: "the partition of region " + e.Region + " is not known"}
	}
	c := e.RegionCause
	c.Text = cmp.Or(c.Text, "the provider's region is not known")
	return derived(c)
}

// rootARN is the ARN of the identity named in an account of AWS's own.
func (e Env) rootARN(account, resource string) graph.Value {
	p := cmp.Or(e.partition().id, e.cause().Placeholder())
	return graph.String("arn:" + p + ":iam::" + account + ":" + resource)
}

func partitionData(env Env) map[string]graph.Value {
	p := env.partition()
	m := unknowns(env.cause(), "partition", "id", "dns_suffix", "reverse_dns_prefix")
	if p.id != "" {
		m["partition"], m["id"] = graph.String(p.id), graph.String(p.id)
	}
	if p.dnsSuffix != "" {
		m["dns_suffix"] = graph.String(p.dnsSuffix)
		m["reverse_dns_prefix"] = graph.String(reversed(p.dnsSuffix))
	}
	return m
}

// reversed turns the labels of a host name round.
func reversed(name string) string {
	labels := strings.Split(name, ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".")
}

// defaultTagsData leaves out tags of AWS itself, as the provider does.
func defaultTagsData(env Env) map[string]graph.Value {
	var a arguments
	m := unknowns(env.cause(), "id")
	if p := env.partition(); p.id != "" {
		m["id"] = graph.String(p.id)
	}
	tags := a.textMap(env.DefaultTags)
	switch tags.Kind() {
	case graph.KindMap:
		kept := make(map[string]graph.Value)
		for _, k := range tags.Keys() {
			if !strings.HasPrefix(k, "aws:") {
				kept[k] = tags.Key(k)
			}
		}
		tags = graph.Map(kept)
	case graph.KindAbsent, graph.KindNull:
		tags = graph.Map(map[string]graph.Value{})
	}
	m["tags"] = tags
	return a.results(m)
}
