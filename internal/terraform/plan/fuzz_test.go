package plan_test

import (
	"testing"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/plan"
)

// FuzzRead reads documents and all that is in them.
func FuzzRead(f *testing.F) {
	for _, doc := range []string{
		emptyPlan, oneShown, oneStored,
		`{"version":4,"resources":[{"module":"module.m[\"x\"]","mode":"managed","type":"aws_s3_bucket","name":"b","instances":[{"index_key":"k","attributes":{"id":"b","versioning":[{"enabled":true}],"tags":{"a":""}},` +
			`"sensitive_attributes":[[{"type":"get_attr","value":"tags"},{"type":"index","value":{"value":"a","type":"string"}}]]},{"deposed":"1","attributes":{}},{"attributes_flat":{}}]},` +
			`{"mode":"managed","type":"aws_s3_bucket_versioning","name":"v","instances":[{"attributes":{"bucket":"b"}}]}]}`,
		`{"format_version":"1.0","variables":{"v":{"value":[]}},"resource_changes":[{"address":"aws_instance.i[0]","mode":"managed","type":"aws_instance","name":"i","change":{"actions":["no-op"],` +
			`"after":{"ebs_block_device":[{"device_name":"a"},{"device_name":"b"}]},"after_unknown":{"ebs_block_device":[{"kms_key_id":true},{}],"vpc_security_group_ids":true,"subnet_id":true},"after_sensitive":{"ebs_block_device":[{},{"device_name":true}]}}}],` +
			`"configuration":{"provider_config":{"aws":{"name":"aws","version_constraint":"~> 5.0","expressions":{"region":{"references":["var.v"]},"default_tags":[{"tags":{"constant_value":{"a":"b"}}}]}}},` +
			`"root_module":{"resources":[{"address":"aws_instance.i","expressions":{"ebs_block_device":[{"device_name":{"constant_value":"a"},"kms_key_id":{"references":["aws_instance.i[0].arn","aws_instance.i"]}}],` +
			`"vpc_security_group_ids":{"references":["aws_instance.i","var.v"]},"subnet_id":{"references":["aws_instance.i[0].id"]}}}]}}}`,
		`{"format_version":"1.0","resource_changes":[{"address":"a.b","mode":"managed","type":"a","name":"b","change":{"actions":["create"],"after":{},"after_unknown":{"x":true}}}],` +
			`"configuration":{"root_module":{"resources":[{"address":"a.b","expressions":{"x":{"references":["each.value","module.m.o","var.v","a.b.x"]}}}],` +
			`"module_calls":{"m":{"expressions":{"v":{"references":["module.m.o"]}},"module":{"outputs":{"o":{"expression":{"references":["var.v"]}}}}}}}}}`,
		`{"format_version":"1.0","resource_changes":[{"address":"data.aws_iam_policy_document.a","mode":"data","type":"aws_iam_policy_document","name":"a","change":{"actions":["read"],"after":{},"after_unknown":{"json":true,"source_policy_documents":[true]}}}],` +
			`"configuration":{"root_module":{"resources":[{"address":"data.aws_iam_policy_document.a","expressions":{"source_policy_documents":{"references":["data.aws_iam_policy_document.a.json"]}}}]}}}`,
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := plan.Read(data)
		if err != nil {
			return
		}
		g := doc.Graph("fuzz", nil)
		for _, r := range g.Resources {
			attrs, blocks := r.Body.Names()
			for _, name := range append(attrs, blocks...) {
				walk(t, r.Address+"."+name, r.Attr(name))
				for _, b := range r.Blocks(name).Items {
					b.Names()
				}
			}
			r.Get("versioning.enabled")
			if r.DefaultTags != nil {
				r.DefaultTags()
			}
			g.Attached(r, "aws_s3_bucket_versioning", "bucket")
			if plan.BlockAddress(plan.BlockAddress(r.Address)) != plan.BlockAddress(r.Address) {
				t.Errorf("address of the block of %q", r.Address)
			}
		}
	})
}

// walk reads a value in every way.
func walk(t *testing.T, path string, v graph.Value) {
	if v.Kind() == graph.KindUnknown && v.Cause().Text == "" {
		t.Errorf("%s is unknown for no reason", path)
	}
	v.Display()
	v.Refs()
	v.JSON()
	es, _ := v.Elements()
	for _, e := range es {
		walk(t, path, e)
	}
	for _, k := range v.Keys() {
		walk(t, path+"."+k, v.Key(k))
	}
}
