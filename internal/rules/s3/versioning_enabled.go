package s3

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

var versioningEnabled = rule.Rule{
	ID:     "S3_BUCKET_VERSIONING_ENABLED",
	Types:  bucket,
	Assert: rule.Func(evalVersioning),
}

func evalVersioning(t *rule.Target) rule.Verdict {
	if inline := t.Blocks("versioning"); inline.Exist() == graph.True {
		v := t.Get("versioning.enabled").Or(graph.Bool(false))
		return rule.Require(v.IsTrue(), v, "versioning.enabled is %s, must be true", v.Display()).Named("versioning.enabled")
	}
	found := t.Attached("aws_s3_bucket_versioning", "bucket")
	if len(found.Items) == 0 {
		return rule.Missing(t, found, "no aws_s3_bucket_versioning refers to this bucket")
	}
	c := found.Items[0]
	v := c.Get("versioning_configuration.status")
	return rule.Require(v.Is("Enabled"), v, "versioning_configuration.status is %s, must be \"Enabled\"", v.Display()).
		Named(c.Address + ".versioning_configuration.status")
}
