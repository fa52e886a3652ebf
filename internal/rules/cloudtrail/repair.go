package cloudtrail

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairCloudWatchLogs sends the trail to a log group that only CloudTrail
// writes.
func repairCloudWatchLogs(*rule.Target) rule.Repair {
	return rule.To(rule.Set{Code: `
		cloud_watch_logs_group_arn = "${shared.trail_log_group.arn}:*"
		cloud_watch_logs_role_arn  = shared.trail_log_role.arn
	`})
}

// repairMultiRegion widens the trail of the configuration: a second one would
// cost for every event.
func repairMultiRegion(t *rule.Target) rule.Repair {
	trail := onlyTrail(t)
	if trail == nil {
		return rule.CannotRepair("which of the trails is to log everything is yours to decide")
	}
	r := rule.To(rule.Set{On: trail, Code: `
		is_multi_region_trail         = true
		include_global_service_events = true
	`})
	if logs, _ := logging(trail); logs == logic.False {
		r.Changes = append(r.Changes, rule.Set{On: trail, Code: "enable_logging = true"})
	}
	if all, _ := managementEvents(trail); all == logic.False {
		for _, b := range trail.Blocks("event_selector").Items {
			r.Changes = append(r.Changes,
				rule.Unset{On: trail, At: b.Location(), Names: []string{"exclude_management_event_sources"}},
				rule.Set{On: trail, At: b.Location(), Code: `
					include_management_events = true
					read_write_type           = "All"
				`})
			break
		}
	}
	return r
}

func repairS3DataEvents(t *rule.Target) rule.Repair {
	trail := onlyTrail(t)
	if trail == nil {
		return rule.CannotRepair("which of the trails is to log the data events is yours to decide")
	}
	if trail.Blocks("event_selector").Exist() != logic.False {
		return allBucketsIn(trail, trail.Blocks("event_selector").Items)
	}
	if trail.Blocks("advanced_event_selector").Exist() != logic.False {
		return rule.CannotRepair("the trail has advanced_event_selector blocks: add one with eventCategory Data and resources.type AWS::S3::Object")
	}
	return rule.To(rule.Set{On: trail, Code: `
		event_selector {
		  read_write_type           = "All"
		  include_management_events = true

		  data_resource {
		    type   = "AWS::S3::Object"
		    values = ["arn:aws:s3"]
		  }
		}
	`})
}

// allBucketsIn lets the selector that logs some buckets log all of them, or the
// first selector. What else that logs stays.
func allBucketsIn(trail *graph.Resource, selectors []graph.Block) rule.Repair {
	const all = `values = ["arn:aws:s3"]`
	for _, selector := range selectors {
		for _, d := range selector.Blocks("data_resource").Items {
			if d.Attr("type").Is("AWS::S3::Object") != logic.True {
				continue
			}
			r := everyEvent(trail, selector)
			if coversBuckets(d.Attr("values"), nil) != logic.True {
				r.Changes = append(r.Changes, rule.Set{On: trail, At: d.Location(), Code: all})
			}
			return r
		}
	}
	r := everyEvent(trail, selectors[0])
	r.Changes = append(r.Changes, rule.Append{On: trail, At: selectors[0].Location(), Code: `
		data_resource {
		  type   = "AWS::S3::Object"
		  ` + all + `
		}
	`})
	return r
}

// everyEvent lets a selector log what reads and what writes.
func everyEvent(trail *graph.Resource, selector graph.Block) rule.Repair {
	if selector.Attr("read_write_type").Or(graph.String("All")).IsFold("All") == logic.True {
		return rule.Repair{}
	}
	return rule.To(rule.Set{On: trail, At: selector.Location(), Code: `read_write_type = "All"`})
}

// onlyTrail is the trail of the configuration, nil if there are none or several.
func onlyTrail(t *rule.Target) *graph.Resource {
	trails := t.Graph.OfType("aws_cloudtrail")
	if len(trails) != 1 || trails[0].Maybe {
		return nil
	}
	return trails[0]
}
