package sns

import (
	"maps"
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairEncryption encrypts a topic with the key for messaging, whose policy has
// to let every service in that publishes to the topic:
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html.
func repairEncryption(t *rule.Target) rule.Repair {
	services := publishers(t)
	if services["config.amazonaws.com"] { // https://docs.aws.amazon.com/config/latest/developerguide/sns-topic-policy.html
		return rule.CannotRepair("AWS Config publishes to it, which it cannot do to an encrypted topic: document an exception")
	}
	r := rule.To(rule.Set{Code: "kms_master_key_id = shared.kms_key_messaging.key_id"})
	for _, service := range slices.Sorted(maps.Keys(services)) {
		r.Changes = append(r.Changes, rule.Allow{Piece: "kms_key_messaging", Service: service})
	}
	return r
}

// sources are the resources by which a service publishes to a topic without a
// policy that says so, by the argument that names the topic.
var sources = []struct{ typ, topic, service string }{
	{"aws_cloudtrail", "sns_topic_name", "cloudtrail.amazonaws.com"},
	{"aws_config_delivery_channel", "sns_topic_arn", "config.amazonaws.com"},
	{"aws_db_event_subscription", "sns_topic", "events.rds.amazonaws.com"},
	{"aws_dms_event_subscription", "sns_topic_arn", "dms.amazonaws.com"},
	{"aws_redshift_event_subscription", "sns_topic_arn", "redshift.amazonaws.com"},
	{"aws_ses_identity_notification_topic", "topic_arn", "ses.amazonaws.com"},
	{"aws_ses_event_destination", "sns_destination.topic_arn", "ses.amazonaws.com"},
}

// publishers are the services that the configuration lets publish to the topic.
func publishers(t *rule.Target) map[string]bool {
	found := map[string]bool{}
	policies := []graph.Value{t.Attr("policy")}
	for _, p := range t.Attached("aws_sns_topic_policy", "arn").Items {
		policies = append(policies, p.Attr("policy"))
	}
	for _, v := range policies {
		statements, _ := v.JSON().Key("Statement").Elements()
		for _, s := range statements {
			if s.Key("Effect").Is("Allow") != logic.True {
				continue
			}
			service := s.Key("Principal").Key("Service")
			several, _ := service.Elements()
			for _, v := range append(several, service) {
				if name := v.Text(); strings.HasSuffix(name, ".amazonaws.com") {
					found[name] = true
				}
			}
		}
	}
	for _, s := range sources {
		if slices.ContainsFunc(t.Graph.OfType(s.typ), func(r *graph.Resource) bool {
			return t.Graph.Identifies(r.Get(s.topic), t.Resource) == logic.True
		}) {
			found[s.service] = true
		}
	}
	return found
}
