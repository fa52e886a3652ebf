package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"safeguard/internal/graph"
)

// A planned is a plan in the making: its instances and its configuration.
type planned struct {
	changes, resources []string
	rest               string // of the root module in the configuration
	top                string // of the plan
}

// instance adds an instance; unknown and values are the insides of objects.
func (p *planned) instance(address, values, unknown string) {
	module, local := "", address
	if i := strings.LastIndex(address, "module."); i >= 0 {
		end := i + strings.Index(address[i+len("module."):], ".") + len("module.")
		module, local = address[:end], address[end+1:]
	}
	mode := "managed"
	local, isData := strings.CutPrefix(local, "data.")
	if isData {
		mode = "data"
	}
	typ, name, _ := strings.Cut(local, ".")
	name, _, _ = strings.Cut(name, "[")
	p.changes = append(p.changes, fmt.Sprintf(
		`{"address":%q,"module_address":%q,"mode":%q,"type":%q,"name":%q,"change":{"actions":["create"],"after":{%s},"after_unknown":{%s},"after_sensitive":{}}}`,
		address, module, mode, typ, name, values, unknown))
}

// block adds a resource block of the root module; expressions are the inside of
// an object, more are further fields.
func (p *planned) block(address, expressions, more string) {
	p.resources = append(p.resources, configured(address, expressions, more))
}

func configured(address, expressions, more string) string {
	return fmt.Sprintf(`{"address":%q,"expressions":{%s}%s}`, address, expressions, more)
}

// refs is an expression with references.
func refs(names ...string) string {
	return `{"references":["` + strings.Join(names, `","`) + `"]}`
}

func (p *planned) graph(t *testing.T) *graph.Graph {
	t.Helper()
	return graphOf(t, fmt.Sprintf(`{"format_version":"1.2"%s,"resource_changes":[%s],"configuration":{"root_module":{"resources":[%s]%s}}}`,
		p.top, strings.Join(p.changes, ",\n"), strings.Join(p.resources, ",\n"), p.rest))
}

// show is a value for a test: references by name, unknown ones with their base.
func show(v graph.Value) string {
	switch v.Kind() {
	case graph.KindUnknown:
		return "?" + v.Cause().Base
	case graph.KindList:
		es, _ := v.Elements()
		var ss []string
		for _, e := range es {
			ss = append(ss, show(e))
		}
		return "[" + strings.Join(ss, " ") + "]"
	}
	return v.Display()
}

// two adds two buckets, made with count.
func (p *planned) two(name string) {
	for i := range 2 {
		p.instance(fmt.Sprintf("aws_s3_bucket.%s[%d]", name, i), "", `"id":true,"arn":true`)
	}
	p.block("aws_s3_bucket."+name, "", `,"count_expression":{"constant_value":2}`)
}

// TestReferences follows what is known only after apply to what it comes from.
func TestReferences(t *testing.T) {
	t.Parallel()
	const bucket = `"bucket":true`
	for _, tt := range []struct {
		name string
		plan func(p *planned)
		of   string // address and path
		want string
	}{
		{"one resource", func(p *planned) {
			p.instance("aws_s3_bucket.b", "", `"id":true`)
			p.instance("aws_s3_bucket_versioning.v", "", bucket)
			p.block("aws_s3_bucket.b", "", "")
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("aws_s3_bucket.b.id", "aws_s3_bucket.b"), "")
		}, "aws_s3_bucket_versioning.v bucket", "aws_s3_bucket.b.id"},
		{"one of two by index", func(p *planned) {
			p.two("b")
			p.instance("aws_s3_bucket_versioning.v", "", bucket)
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("aws_s3_bucket.b[1].id", "aws_s3_bucket.b[1]", "aws_s3_bucket.b"), "")
		}, "aws_s3_bucket_versioning.v bucket", "aws_s3_bucket.b[1].id"},
		{"one of two, not said which", func(p *planned) {
			p.two("b")
			p.instance("aws_s3_bucket_versioning.v", "", bucket)
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("aws_s3_bucket.b"), "")
		}, "aws_s3_bucket_versioning.v bucket", "?aws_s3_bucket.b"},
		{"count.index of as many", func(p *planned) {
			p.two("b")
			p.instance("aws_s3_bucket_versioning.v[0]", "", bucket)
			p.instance("aws_s3_bucket_versioning.v[1]", "", bucket)
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("aws_s3_bucket.b", "count.index"), "")
		}, "aws_s3_bucket_versioning.v[1] bucket", "aws_s3_bucket.b[1].id"},
		{"count.index of another number", func(p *planned) {
			p.two("b")
			for i := range 4 {
				p.instance(fmt.Sprintf("aws_s3_bucket_versioning.v[%d]", i), "", bucket)
			}
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("aws_s3_bucket.b", "count.index"), "")
		}, "aws_s3_bucket_versioning.v[1] bucket", "?aws_s3_bucket.b"},
		{"an index that does not exist", func(p *planned) {
			p.two("b")
			p.instance("aws_s3_bucket_versioning.v", "", bucket)
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("aws_s3_bucket.b[7].id", "aws_s3_bucket.b[7]", "aws_s3_bucket.b", "local.x"), "")
		}, "aws_s3_bucket_versioning.v bucket", "?"},
		{"for_each over the instances", func(p *planned) {
			p.instance(`aws_s3_bucket.b["x"]`, "", `"id":true`)
			p.instance(`aws_s3_bucket.b["y"]`, "", `"id":true`)
			p.instance(`aws_s3_bucket_versioning.v["y"]`, "", bucket)
			p.block("aws_s3_bucket.b", "", "")
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("each.value.id", "each.value"), `,"for_each_expression":`+refs("aws_s3_bucket.b"))
		}, `aws_s3_bucket_versioning.v["y"] bucket`, `aws_s3_bucket.b["y"].id`},
		{"for_each over a map of ids", func(p *planned) {
			p.instance(`aws_s3_bucket.b["x"]`, "", `"id":true`)
			p.instance(`aws_s3_bucket.b["y"]`, "", `"id":true`)
			p.instance(`aws_s3_bucket_versioning.v["y"]`, "", bucket)
			p.block("aws_s3_bucket.b", "", "")
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("each.value"), `,"for_each_expression":`+refs("aws_s3_bucket.b"))
		}, `aws_s3_bucket_versioning.v["y"] bucket`, `aws_s3_bucket.b["y"].id`},
		{"a key of each.value", func(p *planned) {
			p.two("b")
			p.instance(`aws_s3_bucket_versioning.v["0"]`, "", bucket)
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("aws_s3_bucket.b", "each.value.index", "each.value"), `,"for_each_expression":`+refs("local.all"))
		}, `aws_s3_bucket_versioning.v["0"] bucket`, "?"},
		{"a local", func(p *planned) {
			p.instance("aws_s3_bucket.b", "", `"id":true`)
			p.instance("aws_s3_bucket_versioning.v", "", bucket)
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("local.bucket"), "")
		}, "aws_s3_bucket_versioning.v bucket", "?"},
		{"what the configuration leaves out", func(p *planned) {
			p.instance("aws_ebs_volume.v", "", `"kms_key_id":true`)
			p.block("aws_ebs_volume.v", "", "")
		}, "aws_ebs_volume.v kms_key_id", "(not set)"},
		{"what the configuration sets to null", func(p *planned) {
			p.top = `,"variables":{"key":{"value":null}}`
			p.instance("aws_ebs_volume.v", "", `"kms_key_id":true`)
			p.block("aws_ebs_volume.v", `"kms_key_id":`+refs("var.key"), "")
		}, "aws_ebs_volume.v kms_key_id", "(not set)"},
		{"without a configuration", func(p *planned) {
			p.instance("aws_ebs_volume.v", "", `"kms_key_id":true`)
		}, "aws_ebs_volume.v kms_key_id", "?"},
		{"a block that is computed", func(p *planned) {
			p.instance("aws_s3_bucket.b", "", `"versioning":true`)
			p.block("aws_s3_bucket.b", "", "")
		}, "aws_s3_bucket.b versioning", "(not set)"},
		{"a block that must be dynamic", func(p *planned) {
			p.instance("aws_lb.l", "", `"access_logs":true`)
			p.block("aws_lb.l", "", "")
		}, "aws_lb.l access_logs", "?"},
		{"a switch", func(p *planned) {
			p.top = `,"variables":{"on":{"value":true}}`
			p.instance("aws_kms_key.k[0]", "", `"arn":true`)
			p.instance("aws_ebs_volume.v", "", `"kms_key_id":true`)
			p.block("aws_kms_key.k", "", "")
			p.block("aws_ebs_volume.v", `"kms_key_id":`+refs("var.on", "aws_kms_key.k[0].arn", "aws_kms_key.k[0]", "aws_kms_key.k"), "")
		}, "aws_ebs_volume.v kms_key_id", "aws_kms_key.k[0].arn"},
		{"two keys", func(p *planned) {
			p.instance("aws_kms_key.a", "", `"arn":true`)
			p.instance("aws_kms_key.b", "", `"arn":true`)
			p.instance("aws_ebs_volume.v", "", `"kms_key_id":true`)
			p.block("aws_ebs_volume.v", `"kms_key_id":`+refs("var.on", "aws_kms_key.a.arn", "aws_kms_key.a", "aws_kms_key.b.arn", "aws_kms_key.b"), "")
		}, "aws_ebs_volume.v kms_key_id", "?"},
		{"two keys of which one is known", func(p *planned) {
			p.instance("aws_kms_key.a", `"arn":"arn:aws:kms:::key/a"`, "")
			p.instance("aws_kms_key.b", "", `"arn":true`)
			p.instance("aws_ebs_volume.v", "", `"kms_key_id":true`)
			p.block("aws_ebs_volume.v", `"kms_key_id":`+refs("aws_kms_key.a.arn", "aws_kms_key.a", "aws_kms_key.b.arn", "aws_kms_key.b"), "")
		}, "aws_ebs_volume.v kms_key_id", "aws_kms_key.b.arn"},
		{"a name made of something else", func(p *planned) {
			p.instance("aws_vpc.v", "", `"id":true`)
			p.instance("aws_s3_bucket_versioning.v", "", bucket)
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("aws_vpc.v.id", "aws_vpc.v"), "")
		}, "aws_s3_bucket_versioning.v bucket", "?"},
		{"a resource's own name", func(p *planned) {
			p.instance("aws_kms_key.k", "", `"id":true`)
			p.instance("aws_kms_alias.a", "", `"name":true`)
			p.block("aws_kms_alias.a", `"name":`+refs("aws_kms_key.k.id", "aws_kms_key.k"), "")
		}, "aws_kms_alias.a name", "?"},
		{"a reference to such a name", func(p *planned) {
			p.instance("terraform_data.d", "", `"id":true`)
			p.instance("aws_s3_bucket.b", "", bucket)
			p.instance("aws_s3_bucket_versioning.v", "", bucket)
			p.block("aws_s3_bucket.b", `"bucket":`+refs("terraform_data.d.id", "terraform_data.d"), "")
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("aws_s3_bucket.b.bucket", "aws_s3_bucket.b"), "")
		}, "aws_s3_bucket_versioning.v bucket", "aws_s3_bucket.b.bucket"},
		{"an attribute that refers on", func(p *planned) {
			p.instance("aws_vpc.v", "", `"id":true`)
			p.instance("aws_subnet.s", "", `"vpc_id":true`)
			p.instance("aws_security_group.g", "", `"vpc_id":true`)
			p.block("aws_subnet.s", `"vpc_id":`+refs("aws_vpc.v.id", "aws_vpc.v"), "")
			p.block("aws_security_group.g", `"vpc_id":`+refs("aws_subnet.s.vpc_id", "aws_subnet.s"), "")
		}, "aws_security_group.g vpc_id", "aws_vpc.v.id"},
		{"an attribute that is no identity", func(p *planned) {
			p.instance("aws_subnet.s", "", `"availability_zone":true`)
			p.instance("aws_ebs_volume.v", "", `"availability_zone":true`)
			p.block("aws_subnet.s", "", "")
			p.block("aws_ebs_volume.v", `"availability_zone":`+refs("aws_subnet.s.availability_zone", "aws_subnet.s"), "")
		}, "aws_ebs_volume.v availability_zone", "?aws_subnet.s"},
		{"a document", func(p *planned) {
			p.instance("aws_s3_bucket.b", "", `"arn":true`)
			p.instance("aws_s3_bucket_policy.p", "", `"policy":true`)
			p.block("aws_s3_bucket_policy.p", `"policy":`+refs("aws_s3_bucket.b.arn", "aws_s3_bucket.b"), "")
		}, "aws_s3_bucket_policy.p policy", "?"},
		{"a data source", func(p *planned) {
			p.instance("data.aws_s3_bucket.d", "", `"id":true,"bucket":true`)
			p.instance("aws_s3_bucket_versioning.v", "", bucket)
			p.block("data.aws_s3_bucket.d", "", "")
			p.block("aws_s3_bucket_versioning.v", `"bucket":`+refs("data.aws_s3_bucket.d.id", "data.aws_s3_bucket.d"), "")
		}, "aws_s3_bucket_versioning.v bucket", "?data.aws_s3_bucket.d"},
		{"a set of references", func(p *planned) {
			p.instance("aws_security_group.a", "", `"id":true`)
			p.instance("aws_security_group.b", "", `"id":true`)
			p.instance("aws_instance.i", "", `"vpc_security_group_ids":true`)
			p.block("aws_instance.i", `"vpc_security_group_ids":`+refs("aws_security_group.b", "aws_security_group.b.id", "aws_security_group.a", "aws_security_group.a.id"), "")
		}, "aws_instance.i vpc_security_group_ids", "[aws_security_group.b.id aws_security_group.a.id]"},
		{"a set with more in it", func(p *planned) {
			p.top = `,"variables":{"more":{"value":["sg-1"]}}`
			p.instance("aws_security_group.a", "", `"id":true`)
			p.instance("aws_instance.i", "", `"vpc_security_group_ids":true`)
			p.block("aws_instance.i", `"vpc_security_group_ids":`+refs("aws_security_group.a.id", "aws_security_group.a", "var.more"), "")
		}, "aws_instance.i vpc_security_group_ids", "?"},
		{"a set with nothing more in it", func(p *planned) {
			p.top = `,"variables":{"more":{"value":[]}}`
			p.instance("aws_security_group.a", "", `"id":true`)
			p.instance("aws_instance.i", "", `"vpc_security_group_ids":true`)
			p.block("aws_instance.i", `"vpc_security_group_ids":`+refs("aws_security_group.a.id", "aws_security_group.a", "var.more"), "")
		}, "aws_instance.i vpc_security_group_ids", "[aws_security_group.a.id]"},
		{"a set of all instances", func(p *planned) {
			p.instance("aws_subnet.s[0]", "", `"id":true`)
			p.instance("aws_subnet.s[1]", "", `"id":true`)
			p.instance("aws_lb.l", "", `"subnets":true`)
			p.block("aws_lb.l", `"subnets":`+refs("aws_subnet.s"), "")
		}, "aws_lb.l subnets", "[?aws_subnet.s ?aws_subnet.s]"},
		{"a list with holes", func(p *planned) {
			p.instance("aws_sns_topic.t", "", `"arn":true`)
			p.instance("aws_cloudwatch_metric_alarm.a", `"alarm_actions":["arn:aws:sns:::x",null]`, `"alarm_actions":[false,true]`)
			p.block("aws_cloudwatch_metric_alarm.a", `"alarm_actions":`+refs("var.x", "aws_sns_topic.t.arn", "aws_sns_topic.t"), "")
		}, "aws_cloudwatch_metric_alarm.a alarm_actions", `["arn:aws:sns:::x" aws_sns_topic.t.arn]`},
		{"a list with holes of several", func(p *planned) {
			p.instance("aws_sns_topic.t", "", `"arn":true`)
			p.instance("aws_sns_topic.u", "", `"arn":true`)
			p.instance("aws_cloudwatch_metric_alarm.a", `"alarm_actions":[null]`, `"alarm_actions":[true]`)
			p.block("aws_cloudwatch_metric_alarm.a", `"alarm_actions":`+refs("aws_sns_topic.t.arn", "aws_sns_topic.u.arn"), "")
		}, "aws_cloudwatch_metric_alarm.a alarm_actions", `[?]`},
		{"blocks of a set", func(p *planned) {
			p.instance("aws_kms_key.k", "", `"arn":true`)
			p.instance("aws_instance.i", `"ebs_block_device":[{"device_name":"b","encrypted":true},{"device_name":"a","encrypted":true}]`,
				`"ebs_block_device":[{"kms_key_id":true},{"kms_key_id":true}]`)
			p.block("aws_instance.i", `"ebs_block_device":[{"device_name":{"constant_value":"a"}},{"device_name":{"constant_value":"b"},"kms_key_id":`+refs("aws_kms_key.k.arn", "aws_kms_key.k")+`}]`, "")
		}, "aws_instance.i ebs_block_device.kms_key_id", "aws_kms_key.k.arn"},
		{"blocks of a set that cannot be told apart", func(p *planned) {
			p.instance("aws_kms_key.k", "", `"arn":true`)
			p.instance("aws_instance.i", `"ebs_block_device":[{"encrypted":true},{"encrypted":true}]`, `"ebs_block_device":[{"kms_key_id":true},{"kms_key_id":true}]`)
			p.block("aws_instance.i", `"ebs_block_device":[{"device_name":{"references":["var.x"]}},{"kms_key_id":`+refs("aws_kms_key.k.arn", "aws_kms_key.k")+`}]`, "")
		}, "aws_instance.i ebs_block_device.kms_key_id", "?"},
		{"a dynamic block", func(p *planned) {
			p.instance("aws_instance.i", `"ebs_block_device":[{"device_name":"a"}]`, `"ebs_block_device":[{"kms_key_id":true}]`)
			p.block("aws_instance.i", "", "")
		}, "aws_instance.i ebs_block_device.kms_key_id", "?"},
		{"a constant", func(p *planned) {
			p.instance("aws_db_instance.d", "", `"engine_version":true`)
			p.block("aws_db_instance.d", `"engine_version":{"constant_value":"16"}`, "")
		}, "aws_db_instance.d engine_version", `"16"`},
		{"a variable of a module", func(p *planned) {
			p.instance("aws_kms_key.k", "", `"arn":true`)
			p.instance("module.m.aws_ebs_volume.v", "", `"kms_key_id":true`)
			p.rest = `,"module_calls":{"m":{"expressions":{"key":` + refs("aws_kms_key.k.arn", "aws_kms_key.k") + `},"module":{"resources":[` +
				configured("aws_ebs_volume.v", `"kms_key_id":`+refs("var.key"), "") + `]}}}`
		}, "module.m.aws_ebs_volume.v kms_key_id", "aws_kms_key.k.arn"},
		{"a variable of a module in a module", func(p *planned) {
			p.instance("aws_kms_key.k", "", `"arn":true`)
			p.instance(`module.m[0].module.n["x"].aws_ebs_volume.v`, "", `"kms_key_id":true`)
			p.rest = `,"module_calls":{"m":{"expressions":{"o":` + refs("aws_kms_key.k") + `},"module":{"module_calls":{"n":{"expressions":{"key":` + refs("var.o.arn", "var.o") +
				`},"module":{"resources":[` + configured("aws_ebs_volume.v", `"kms_key_id":`+refs("var.key"), "") + `]}}}}}}`
		}, `module.m[0].module.n["x"].aws_ebs_volume.v kms_key_id`, "aws_kms_key.k.arn"},
		{"a variable that the call leaves out", func(p *planned) {
			p.instance("module.m.aws_ebs_volume.v", "", `"kms_key_id":true`)
			p.rest = `,"module_calls":{"m":{"module":{"variables":{"key":{"default":null}},"resources":[` +
				configured("aws_ebs_volume.v", `"kms_key_id":`+refs("var.key"), "") + `]}}}`
		}, "module.m.aws_ebs_volume.v kms_key_id", "(not set)"},
		{"an object made for a module", func(p *planned) {
			p.instance("aws_kms_key.k", "", `"arn":true`)
			p.instance("aws_s3_bucket.b", "", `"id":true`)
			p.instance("module.m.aws_ebs_volume.v", "", `"kms_key_id":true`)
			p.rest = `,"module_calls":{"m":{"expressions":{"o":` + refs("aws_kms_key.k.arn", "aws_kms_key.k", "aws_s3_bucket.b.id", "aws_s3_bucket.b") + `},"module":{"resources":[` +
				configured("aws_ebs_volume.v", `"kms_key_id":`+refs("var.o.key", "var.o"), "") + `]}}}`
		}, "module.m.aws_ebs_volume.v kms_key_id", "?"},
		{"an output of a module", func(p *planned) {
			p.instance("module.k.aws_kms_key.k", "", `"arn":true`)
			p.instance("aws_ebs_volume.v", "", `"kms_key_id":true`)
			p.block("aws_ebs_volume.v", `"kms_key_id":`+refs("module.k.arn", "module.k"), "")
			p.rest = `,"module_calls":{"k":{"module":{"outputs":{"arn":{"expression":` + refs("aws_kms_key.k.arn", "aws_kms_key.k") + `}},"resources":[` + configured("aws_kms_key.k", "", "") + `]}}}`
		}, "aws_ebs_volume.v kms_key_id", "module.k.aws_kms_key.k.arn"},
		{"one of several module instances, not said which", func(p *planned) {
			p.instance("module.k[0].aws_kms_key.k", "", `"arn":true`)
			p.instance("module.k[1].aws_kms_key.k", "", `"arn":true`)
			p.instance("aws_ebs_volume.v", "", `"kms_key_id":true`)
			p.block("aws_ebs_volume.v", `"kms_key_id":`+refs("module.k"), "")
			p.rest = `,"module_calls":{"k":{"module":{"outputs":{"arn":{"expression":` + refs("aws_kms_key.k.arn", "aws_kms_key.k") + `}}}}}`
		}, "aws_ebs_volume.v kms_key_id", "?"},
		{"outputs of one resource, not said which", func(p *planned) {
			p.instance(`module.k["a"].aws_kms_key.k`, "", `"arn":true,"id":true`)
			p.instance(`module.k["b"].aws_kms_key.k`, "", `"arn":true,"id":true`)
			p.instance(`aws_ebs_volume.v["a"]`, "", `"kms_key_id":true`)
			p.block("aws_ebs_volume.v", `"kms_key_id":`+refs("module.k", "each.key"), `,"for_each_expression":{}`)
			p.rest = `,"module_calls":{"k":{"module":{"outputs":{"arn":{"expression":` + refs("aws_kms_key.k.arn", "aws_kms_key.k") +
				`},"id":{"expression":` + refs("aws_kms_key.k.id", "aws_kms_key.k") + `},"name":{"expression":{"constant_value":"x"}}}}}}`
		}, `aws_ebs_volume.v["a"] kms_key_id`, `module.k["a"].aws_kms_key.k.id`},
		{"a circle", func(p *planned) {
			p.instance("aws_vpc.a", "", `"cidr_block":true`)
			p.instance("aws_vpc.b", "", `"cidr_block":true`)
			p.block("aws_vpc.a", `"cidr_block":`+refs("aws_vpc.b.cidr_block", "aws_vpc.b"), "")
			p.block("aws_vpc.b", `"cidr_block":`+refs("aws_vpc.a.cidr_block", "aws_vpc.a"), "")
		}, "aws_vpc.a cidr_block", "?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var p planned
			tt.plan(&p)
			g := p.graph(t)
			address, path, _ := strings.Cut(tt.of, " ")
			r := g.ByAddress(address)
			if r == nil {
				t.Fatalf("no %s", address)
			}
			if got := show(r.Get(path)); got != tt.want {
				t.Errorf("%s.%s is %s (%s), want %s", address, path, got, r.Get(path).Cause().Text, tt.want)
			}
		})
	}
}
