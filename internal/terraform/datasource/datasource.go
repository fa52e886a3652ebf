// Package datasource computes the data sources that are pure functions of
// their arguments and of the provider's region: policy documents above all.
//
// It gives what version 5.100.0 of the AWS provider gives, to the byte, as long
// as the arguments are known. Arguments that are not leave holes in the result
// (see graph.Cause.Placeholder), so that the rest of a document stays readable;
// an argument that the provider refuses makes the result unknown. Nothing here
// reads files or the network.
package datasource

import "safeguard/internal/graph"

// An Env is what data sources know besides their arguments.
type Env struct {
	// Region is the region of the provider, "" if it is not known; RegionCause
	// then says why.
	Region      string
	RegionCause graph.Cause
	// Partition is the provider's partition, such as aws-us-gov. If it is "",
	// it follows from the region.
	Partition string
	// DefaultTags are the default_tags of the provider, a map.
	DefaultTags graph.Value
}

// Compute returns the computed attributes of a data source with the arguments
// b; arguments themselves are among them only where the provider fills them in.
// An attribute that cannot be computed is unknown, with the cause. ok is false
// for types that are not pure, or not known to this package.
func Compute(typ string, b graph.Body, env Env) (attrs map[string]graph.Value, ok bool) {
	switch typ {
	case "aws_iam_policy_document":
		return policyDocument(b), true
	case "aws_partition":
		return partitionData(env), true
	case "aws_region":
		return regionData(b, env), true
	case "aws_arn":
		return arnData(b), true
	case "aws_service":
		return serviceData(b, env), true
	case "aws_service_principal":
		return servicePrincipalData(b, env), true
	case "aws_default_tags":
		return defaultTagsData(env), true
	case "aws_billing_service_account":
		return billingAccountData(env), true
	case "null_data_source":
		return nullData(b), true
	}
	if t, found := regionTable(typ); found {
		return t.data(typ, b, env), true
	}
	return nil, false
}

// Unset is the value, in a reference, of an argument that a data source leaves
// out at the top or in a nested block; ok is false where it is not known.
func Unset(typ, argument string) (v graph.Value, ok bool) {
	if typ != "aws_iam_policy_document" {
		return graph.Value{}, false
	}
	switch argument {
	case "version":
		return graph.String(version2012), true
	case "policy_id", "source_json", "source_policy_documents", "override_json", "override_policy_documents":
		return graph.NullValue(), true
	case "effect":
		return graph.String("Allow"), true
	case "sid":
		return graph.String(""), true
	case "actions", "not_actions", "resources", "not_resources":
		return graph.List(), true
	}
	return graph.Value{}, false
}

// nullData is the null provider's data source, which hands its inputs on.
func nullData(b graph.Body) map[string]graph.Value {
	var a arguments
	return a.results(map[string]graph.Value{
		"outputs":              a.textMap(b.Attr("inputs")),
		"has_computed_default": b.Attr("has_computed_default").Or(graph.String("default")),
	})
}
