package datasource

import (
	"cmp"
	"slices"
	"strings"

	"safeguard/internal/graph"
)

// arnData takes an ARN apart. Its sections are known as far as the first
// placeholder, which may hold colons; the resource, at the end, may have some.
func arnData(b graph.Body) map[string]graph.Value {
	names := [...]string{"partition", "service", "region", "account", "resource"}
	var a arguments
	arn, ok := a.text(b.Attr("arn"))
	if !ok {
		return a.results(unknowns(a.refused("arn is required"), append(names[:], "id")...))
	}
	sections := strings.SplitN(arn, ":", 1+len(names))
	last := len(names)
	open := slices.IndexFunc(sections, graph.HasPlaceholder)
	if open != 0 && sections[0] != "arn" || open < 0 && len(sections) <= last {
		return a.results(unknowns(a.refused("not an ARN: "+arn), append(names[:], "id")...))
	}
	m := unknowns(derived(graph.String(arn).Cause()), names[:]...)
	m["id"] = fromText(arn)
	for i, section := range sections[1:] {
		if i++; open < 0 || i < open || i == open && i == last {
			m[names[i-1]] = fromText(section)
		}
	}
	return a.results(m)
}

func servicePrincipalData(b graph.Body, env Env) map[string]graph.Value {
	var a arguments
	service, ok := a.text(b.Attr("service_name"))
	if !ok {
		return a.results(unknowns(a.refused("service_name is required"), "id", "name", "suffix", "region"))
	}
	region := cmp.Or(a.region(b, env), env.cause().Placeholder())
	suffix := principalSuffix(service, region)
	return a.results(map[string]graph.Value{
		"id":     fromText(service + "." + region + "." + suffix),
		"name":   fromText(service + "." + suffix),
		"suffix": fromText(suffix),
		"region": fromText(region),
	})
}

// ownSuffix lists the services of a partition whose principals end with the
// suffix of the partition; all others end with amazonaws.com.
func ownSuffix(partition string) []string {
	switch partition {
	case "aws-cn":
		return []string{"codedeploy", "elasticmapreduce", "logs"}
	case "aws-iso":
		return []string{"cloudhsm", "config", "logs", "workspaces"}
	case "aws-iso-b":
		return []string{"dms", "logs"}
	}
	return nil
}

func principalSuffix(service, region string) string {
	const standard = "amazonaws.com"
	for _, p := range partitions {
		if own := ownSuffix(p.id); own == nil || !graph.HasPlaceholder(service) && !slices.Contains(own, service) {
			continue
		}
		switch {
		case graph.HasPlaceholder(region):
			return hole(region)
		case partitionOf(region).id != p.id:
		case graph.HasPlaceholder(service):
			return hole(service)
		default:
			return p.dnsSuffix
		}
	}
	return standard
}

// serviceData is aws_service, but for the attribute supported, which changes
// with every release of the AWS SDK.
func serviceData(b graph.Body, env Env) map[string]graph.Value {
	var a arguments
	names := []string{"dns_name", "id", "partition", "region", "reverse_dns_name", "reverse_dns_prefix", "service_id"}
	region, _ := a.text(b.Attr("region"))
	prefix, _ := a.text(b.Attr("reverse_dns_prefix"))
	service, _ := a.text(b.Attr("service_id"))
	reverse, _ := a.text(b.Attr("reverse_dns_name"))
	if host, ok := a.text(b.Attr("dns_name")); ok && host != "" {
		if graph.HasPlaceholder(host) {
			return a.results(unknowns(derived(graph.String(host).Cause()), names...))
		}
		reverse = reversed(host)
	}
	if graph.HasPlaceholder(reverse) {
		return a.results(unknowns(derived(graph.String(reverse).Cause()), names...))
	}
	if reverse != "" {
		labels := strings.Split(reverse, ".")
		n := len(labels)
		if n < 4 {
			return a.results(unknowns(a.refused("fewer than four parts in "+reverse), names...))
		}
		prefix, region, service = strings.Join(labels[:n-2], "."), labels[n-2], labels[n-1]
	}
	region = cmp.Or(region, env.Region, env.cause().Placeholder())
	if service == "" {
		return a.results(unknowns(a.refused("neither service_id nor a DNS name"), names...))
	}
	if prefix == "" {
		prefix = env.cause().Placeholder()
		if s := env.partition().dnsSuffix; s != "" {
			prefix = reversed(s)
		}
	}
	m := map[string]graph.Value{
		"region": fromText(region), "reverse_dns_prefix": fromText(prefix), "service_id": fromText(service),
	}
	name := prefix + "." + region + "." + service
	m["reverse_dns_name"], m["id"] = fromText(name), fromText(name)
	if graph.HasPlaceholder(name) {
		m["dns_name"] = graph.UnknownValue(derived(graph.String(name).Cause()))
	} else {
		m["dns_name"] = graph.String(strings.ToLower(reversed(name)))
	}
	switch p := partitionOf(region); {
	case p.id != "":
		m["partition"] = graph.String(p.id)
	case graph.HasPlaceholder(region):
		m["partition"] = graph.UnknownValue(derived(graph.String(region).Cause()))
	default:
		m["partition"] = graph.NullValue()
	}
	return a.results(m)
}
