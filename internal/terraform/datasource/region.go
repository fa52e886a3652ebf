package datasource

import "safeguard/internal/graph"

// regionData is aws_region. Its argument is called name in versions 4 and 5
// of the provider, region in version 6.
func regionData(b graph.Body, env Env) map[string]graph.Value {
	var a arguments
	id, given := a.text(b.Attr("name"))
	if !given {
		id, given = a.text(b.Attr("region"))
	}
	if host, ok := a.text(b.Attr("endpoint")); ok && !given {
		id, given = a.regionAt(host), true
	}
	if !given {
		id = env.Region
	}
	if id == "" {
		return a.results(unknowns(env.cause(), "name", "id", "region", "description", "endpoint"))
	}
	v := fromText(id)
	m := map[string]graph.Value{"name": v, "id": v, "region": v}
	if r, ok := regionByID(id); ok {
		m["description"], m["endpoint"] = graph.String(r.description), graph.String(r.endpoint())
		return a.results(m)
	}
	c := a.refused("there is no region " + id)
	if graph.HasPlaceholder(id) {
		c = derived(graph.String(id).Cause())
	}
	m["description"], m["endpoint"] = graph.UnknownValue(c), graph.UnknownValue(c)
	return a.results(m)
}

// regionAt is the region with that EC2 endpoint, or a hole.
func (a *arguments) regionAt(host string) string {
	if graph.HasPlaceholder(host) {
		return hole(host)
	}
	for _, r := range regions {
		if r.endpoint() == host {
			return r.id
		}
	}
	return a.refused("no region has the endpoint " + host).Placeholder()
}

// region is the argument region, or the provider's region without one; it is
// "" or has a placeholder if it is not known.
func (a *arguments) region(b graph.Body, env Env) string {
	if s, ok := a.text(b.Attr("region")); ok && s != "" {
		return s
	}
	return env.Region
}

// A table is a data source that looks something up by region.
type table struct {
	get func(region, kind string) string
	// kind names the argument that get depends on besides, with its default.
	kind, defaultKind string
	// resource completes the ARN of an account; without it there is no ARN.
	resource string
	// region says that the provider fills the region in.
	region bool
}

func regionTable(typ string) (table, bool) {
	by := func(field func(region) string) func(string, string) string {
		return func(id, _ string) string {
			r, _ := regionByID(id)
			return field(r)
		}
	}
	switch typ {
	case "aws_cloudtrail_service_account":
		return table{get: by(func(r region) string { return r.trail }), resource: "root"}, true
	case "aws_elb_service_account":
		return table{get: by(func(r region) string { return r.elb }), resource: "root"}, true
	case "aws_redshift_service_account":
		return table{get: by(func(r region) string { return r.redshift }), resource: "user/logs"}, true
	case "aws_elb_hosted_zone_id":
		return table{get: by(func(r region) string { return r.albZone })}, true
	case "aws_lb_hosted_zone_id":
		return table{get: loadBalancerZone, kind: "load_balancer_type", defaultKind: "application"}, true
	case "aws_elastic_beanstalk_hosted_zone":
		return table{get: by(func(r region) string { return r.beanstalkZone }), region: true}, true
	case "aws_apprunner_hosted_zone_id":
		return table{get: by(func(r region) string { return r.appRunnerZone }), region: true}, true
	case "aws_cloudfront_log_delivery_canonical_user_id":
		return table{get: logDeliveryUser}, true
	}
	return table{}, false
}

func loadBalancerZone(id, kind string) string {
	r, _ := regionByID(id)
	switch kind {
	case "application":
		return r.albZone
	case "network":
		return r.nlbZone
	}
	return ""
}

// logDeliveryUser is the canonical user that CloudFront writes logs as.
func logDeliveryUser(id, _ string) string {
	if partitionOf(id).id == "aws-cn" {
		return "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56"
	}
	return "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"
}

func (t table) data(typ string, b graph.Body, env Env) map[string]graph.Value {
	var a arguments
	names := []string{"id"}
	if t.resource != "" {
		names = append(names, "arn")
	}
	if t.region {
		names = append(names, "region")
	}
	region := a.region(b, env)
	kind := t.defaultKind
	if t.kind != "" {
		if s, ok := a.text(b.Attr(t.kind)); ok && s != "" {
			kind = s
		}
	}
	switch {
	case region == "":
		return a.results(unknowns(env.cause(), names...))
	case graph.HasPlaceholder(region):
		return a.results(unknowns(derived(graph.String(region).Cause()), names...))
	case graph.HasPlaceholder(kind):
		return a.results(unknowns(derived(graph.String(kind).Cause()), names...))
	}
	id := t.get(region, kind)
	if id == "" {
		return a.results(unknowns(a.refused(typ+" has nothing for region "+region), names...))
	}
	m := map[string]graph.Value{"id": graph.String(id)}
	if t.resource != "" {
		m["arn"] = env.rootARN(id, t.resource)
	}
	if t.region {
		m["region"] = graph.String(region)
	}
	return a.results(m)
}

// billingAccountData is the account that writes billing reports, one for all
// regions.
func billingAccountData(env Env) map[string]graph.Value {
	const account = "386209384616"
	return map[string]graph.Value{"id": graph.String(account), "arn": env.rootARN(account, "root")}
}
