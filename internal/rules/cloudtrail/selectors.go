package cloudtrail

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var multiRegion = rule.Rule{
	ID:     "MULTI_REGION_CLOUD_TRAIL_ENABLED",
	Assert: rule.With(evalMultiRegion, repairMultiRegion),
}

func evalMultiRegion(t *rule.Target) rule.Verdict {
	everywhere := func(r *graph.Resource) (logic.Truth, graph.Value) {
		v := r.Attr("is_multi_region_trail").Or(graph.Bool(false))
		return v.IsTrue(), v
	}
	return rule.Somewhere(t, "multi-Region aws_cloudtrail", allOf(logging, everywhere, managementEvents, matches(t)),
		"the trail does not log all management events in all Regions", "aws_cloudtrail")
}

// managementEvents decides whether a trail logs all management events, which
// it does unless its selectors say otherwise.
func managementEvents(r *graph.Resource) (logic.Truth, graph.Value) {
	basic, advanced := r.Blocks("event_selector"), r.Blocks("advanced_event_selector")
	if basic.Exist() == logic.False && advanced.Exist() == logic.False {
		return logic.True, graph.AbsentValue()
	}
	all := basic.Any(func(b graph.Block) logic.Truth {
		return logic.All(
			b.Attr("include_management_events").Or(graph.Bool(true)).IsTrue(),
			b.Attr("read_write_type").Or(graph.String("All")).IsFold("All"),
			b.Attr("exclude_management_event_sources").NonEmpty().Not(),
		)
	}).Or(advanced.Any(func(b graph.Block) logic.Truth {
		return logic.All(
			field(b, "eventCategory", "Management"),
			unrestricted(b, "eventSource"),
			unrestricted(b, "readOnly"),
		)
	}))
	return all, graph.UnknownValue(openCause(basic, advanced)).From(graph.At(r.Location()))
}

var s3DataEvents = rule.Rule{
	ID:     "CLOUDTRAIL_S3_DATAEVENTS_ENABLED",
	Assert: rule.With(evalS3DataEvents, repairS3DataEvents),
}

func evalS3DataEvents(t *rule.Target) rule.Verdict {
	return rule.Somewhere(t, "aws_cloudtrail that logs S3 data events", allOf(logging, dataEvents(t.Param("S3BucketNames").List())),
		"the trail does not log read and write data events of all S3 buckets", "aws_cloudtrail")
}

// dataEvents decides whether a trail logs the data events of all buckets, or
// of those that are named.
func dataEvents(buckets []string) condition {
	return func(r *graph.Resource) (logic.Truth, graph.Value) {
		basic, advanced := r.Blocks("event_selector"), r.Blocks("advanced_event_selector")
		logged := basic.Any(func(b graph.Block) logic.Truth {
			return b.Attr("read_write_type").Or(graph.String("All")).IsFold("All").And(
				b.Blocks("data_resource").Any(func(d graph.Block) logic.Truth {
					return d.Attr("type").Is("AWS::S3::Object").And(coversBuckets(d.Attr("values"), buckets))
				}))
		}).Or(advanced.Any(func(b graph.Block) logic.Truth {
			return logic.All(
				field(b, "eventCategory", "Data"),
				field(b, "resources.type", "AWS::S3::Object"),
				unrestricted(b, "resources.ARN"),
				unrestricted(b, "readOnly"),
				unrestricted(b, "eventName"),
			)
		}))
		return logged, graph.UnknownValue(openCause(basic, advanced)).From(graph.At(r.Location()))
	}
}

// coversBuckets decides whether ARNs of a selector cover all buckets, which
// "arn:aws:s3" does, or the named ones.
func coversBuckets(values graph.Value, buckets []string) logic.Truth {
	es, ok := values.Elements()
	if !ok {
		return logic.Unknown
	}
	everything := logic.False
	for _, e := range es {
		everything = everything.Or(allBuckets(e))
	}
	if everything == logic.True || len(buckets) == 0 {
		return everything
	}
	named := logic.True
	for _, name := range buckets {
		one := logic.False
		for _, e := range es {
			s, literal := e.Literal()
			switch {
			case !literal:
				one = one.Or(logic.Unknown)
			case strings.HasSuffix(s, ":::"+name+"/"):
				one = logic.True
			}
		}
		named = named.And(one)
	}
	return named
}

// allBuckets decides whether an ARN stops short of naming a bucket, in whatever
// partition: "arn:aws:s3:::".
func allBuckets(arn graph.Value) logic.Truth {
	parts := graph.Parts(arn.Text())
	if len(parts) == 3 && parts[0].Literal == "arn:" && parts[1].Hole != nil {
		arn = graph.String("arn:aws" + parts[2].Literal)
	}
	truth := logic.False
	for _, partition := range []string{"aws", "aws-us-gov", "aws-cn"} {
		truth = truth.Or(arn.OneOf("arn:"+partition+":s3", "arn:"+partition+":s3:::"))
	}
	return truth
}

// field decides whether an advanced selector has a field equal to the value.
func field(b graph.Block, name, value string) logic.Truth {
	return b.Blocks("field_selector").Any(func(f graph.Block) logic.Truth {
		return f.Attr("field").Is(name).And(f.Attr("equals").Has(value))
	})
}

// unrestricted decides whether an advanced selector leaves a field alone.
func unrestricted(b graph.Block, name string) logic.Truth {
	return b.Blocks("field_selector").Any(func(f graph.Block) logic.Truth { return f.Attr("field").Is(name) }).Not()
}

func openCause(all ...graph.Blocks) graph.Cause {
	for _, bs := range all {
		if c := bs.Cause(); c.Text != "" {
			return c
		}
		for _, b := range bs.Items {
			attrs, _ := b.Names()
			for _, a := range attrs {
				if v := b.Attr(a); v.Cause().Text != "" {
					return v.Cause()
				}
			}
		}
	}
	return graph.Cause{Text: "the event selectors are not known"}
}
