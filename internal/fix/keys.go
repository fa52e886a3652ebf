package fix

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// dataKey encrypts data at rest. The services use it on behalf of whoever
// reads and writes, so that the key policy leaves access to IAM.
var dataKey = piece{
	main:  "aws_kms_key.data",
	file:  "kms.tf",
	about: "KMS key that encrypts data at rest.",
	find: func(g *graph.Graph) *graph.Resource {
		return keyFor(g, leavesToIAM, "data", "phi", "rest", "storage", "main", "default", "this")
	},
}

// keyFor finds a customer managed key that is there for certain and made for a
// purpose, as its name, description or alias says.
func keyFor(g *graph.Graph, fits func(*graph.Resource) bool, purposes ...string) *graph.Resource {
	for _, purpose := range purposes {
		for _, r := range g.OfType("aws_kms_key") {
			about := strings.ToLower(r.Name + " " + r.Attr("description").Text())
			if !r.Maybe && encrypts(r) && (strings.Contains(about, purpose) || called(g, r, purpose)) && fits(r) {
				return r
			}
		}
	}
	return nil
}

// encrypts reports whether a key is one that AWS services can encrypt with.
func encrypts(r *graph.Resource) bool {
	return r.Attr("key_usage").Or(graph.String("ENCRYPT_DECRYPT")).Is("ENCRYPT_DECRYPT") == logic.True &&
		r.Attr("customer_master_key_spec").Or(graph.String("SYMMETRIC_DEFAULT")).Is("SYMMETRIC_DEFAULT") == logic.True &&
		r.Attr("is_enabled").Or(graph.Bool(true)).IsTrue() == logic.True
}

// called reports whether an alias of a key says a purpose at the beginning of a word.
func called(g *graph.Graph, key *graph.Resource, purpose string) bool {
	return slices.ContainsFunc(g.OfType("aws_kms_alias"), func(alias *graph.Resource) bool {
		words := strings.FieldsFunc(strings.ToLower(alias.Attr("name").Text()), func(c rune) bool { return !unicode.IsLetter(c) })
		begins := func(word string) bool { return strings.HasPrefix(word, purpose) }
		return slices.ContainsFunc(words, begins) && g.Identifies(alias.Attr("target_key_id"), key) == logic.True
	})
}

// leavesToIAM reports whether the policy of a key leaves it to IAM who may use it,
// as the one does that AWS gives a key without, and says nothing else.
func leavesToIAM(r *graph.Resource) bool {
	v := r.Attr("policy")
	if v.NonEmpty() == logic.False {
		return true
	}
	statements, ok := v.JSON().Key("Statement").Elements()
	if !ok || len(statements) != 1 {
		return false
	}
	s := statements[0]
	return s.Key("Effect").Is("Allow") == logic.True && s.Key("Action").Has("kms:*") == logic.True &&
		strings.HasSuffix(s.Key("Principal").Key("AWS").Text(), ":root") && s.Key("Condition").IsSet() == logic.False
}

// logsKey encrypts logs: CloudTrail and CloudWatch Logs use it by themselves.
var logsKey = piece{
	main:  "aws_kms_key.logs",
	file:  "kms.tf",
	about: "KMS key that encrypts logs.",
	find: func(g *graph.Graph) *graph.Resource {
		return keyFor(g, mentions(`logs\.([^"]+\.)?amazonaws\.com`, `cloudtrail\.amazonaws\.com`), "log", "trail", "audit")
	},
}

// mentions says of a key whether its policy names the services, which regular
// expressions match.
func mentions(services ...string) func(*graph.Resource) bool {
	var names []*regexp.Regexp
	for _, s := range services {
		names = append(names, regexp.MustCompile(`"`+s+`"`))
	}
	return func(r *graph.Resource) bool {
		text := r.Attr("policy").Text()
		return !slices.ContainsFunc(names, func(name *regexp.Regexp) bool { return !name.MatchString(text) })
	}
}

// messagingKey encrypts topics and queues: the services that publish to them
// use it by themselves.
var messagingKey = piece{
	main:  "aws_kms_key.messaging",
	file:  "kms.tf",
	about: "KMS key that encrypts topics and queues.",
	find: func(g *graph.Graph) *graph.Resource {
		return keyFor(g, mentions(`cloudwatch\.amazonaws\.com`, `s3\.amazonaws\.com`, `sns\.amazonaws\.com`), "messag", "topic", "sns", "queue", "alarm", "alert")
	},
}
