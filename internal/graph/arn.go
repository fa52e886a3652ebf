package graph

import "strings"

// lastSegment is the resource's own name in an ARN, or s itself: the text after
// the last ":" or "/" that stands outside of a placeholder.
func lastSegment(s string) string {
	if !strings.HasPrefix(s, "arn:") {
		return s
	}
	var last string
	eachSegment(s, func(segment string) { last = segment })
	return last
}

// nameIn is the name by which an ARN knows a resource, or s itself. It is the
// last segment, but where AWS adds an identifier of its own making to the name.
func nameIn(s string) string {
	switch service := strings.SplitN(s, ":", 4); {
	case len(service) < 4 || service[0] != "arn":
		return s
	case service[2] == "secretsmanager":
		_, name, _ := strings.Cut(s, ":secret:")
		if i := len(name) - len("-AbCdEf"); i > 0 && name[i] == '-' {
			return name[:i]
		}
	case service[2] == "wafv2" || service[2] == "elasticloadbalancing":
		var segments []string
		eachSegment(s, func(segment string) { segments = append(segments, segment) })
		last := len(segments) - 1
		// regional/webacl/<name>/<id>, loadbalancer/app/<name>/<id>, targetgroup/<name>/<id>
		if last == 8 || last == 7 && segments[5] == "targetgroup" {
			return segments[last-1]
		}
	}
	return lastSegment(s)
}

// eachSegment calls f with the pieces of an ARN between the ":" and "/" that
// stand outside of placeholders.
func eachSegment(s string, f func(string)) {
	depth, begin := 0, 0
	for i, r := range s {
		switch {
		case r == placeholderStart:
			depth++
		case r == placeholderEnd:
			depth--
		case depth == 0 && (r == ':' || r == '/'):
			f(s[begin:i])
			begin = i + 1
		}
	}
	f(s[begin:])
}
