package codebuild

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var sourceURL = rule.Rule{
	ID:     "CODEBUILD_PROJECT_SOURCE_REPO_URL_CHECK",
	Types:  project,
	Assert: rule.With(evalSourceURL, repairSourceURL),
}

// signIn matches a URL with a user name, with or without a password.
var signIn = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://[^/@]+@`)

// signInWithHole matches one whose user name or password is not known.
var signInWithHole = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://[^/@]*\x{E000}[^@]*\x{E002}[^/@]*@`)

// AWS judges Bitbucket sources. The message never repeats the URL.
func evalSourceURL(t *rule.Target) rule.Verdict {
	var verdicts []rule.Verdict
	for _, s := range slices.Concat(t.Blocks("source").Items, t.Blocks("secondary_sources").Items) {
		kind, location := s.Attr("type"), s.Attr("location")
		bitbucket := kind.Is("BITBUCKET")
		if bitbucket == logic.False {
			verdicts = append(verdicts, rule.Pass(logic.True, kind, "a source of type %s is not judged", kind.Display()))
			continue
		}
		has, at := hasSignIn(location), location
		if bitbucket == logic.Unknown && has != logic.False {
			has, at = logic.Unknown, kind
		}
		if s.Maybe && has != logic.False {
			has, at = logic.Unknown, graph.UnknownValue(s.Cause).From(graph.At(s.Location()))
		}
		verdicts = append(verdicts, rule.Require(has.Not(), at, "the URL of the Bitbucket source holds sign-in credentials"))
	}
	if len(verdicts) == 0 {
		return rule.Pass(logic.True, t.Here(), "no source")
	}
	return rule.All(verdicts...)
}

// repairSourceURL takes a user without a password out of the URL: builds sign in by
// something else then. A password it leaves alone, since the diff would show it.
func repairSourceURL(t *rule.Target) rule.Repair {
	var r rule.Repair
	for _, s := range slices.Concat(t.Blocks("source").Items, t.Blocks("secondary_sources").Items) {
		if s.Attr("type").Is("BITBUCKET") == logic.False || hasSignIn(s.Attr("location")) == logic.False {
			continue
		}
		url, literal := s.Attr("location").Literal()
		scheme, rest, _ := strings.Cut(url, "://")
		user, repository, _ := strings.Cut(rest, "@")
		if !literal || strings.Contains(user, ":") {
			return rule.CannotRepair("the password is in the console and in the state, and would be in the diff: revoke it, take it out of the URL, and sign in by an aws_codebuild_source_credential or a CodeConnections connection")
		}
		r.Changes = append(r.Changes, rule.Set{At: s.Location(), Code: fmt.Sprintf("location = %q", scheme+"://"+repository)})
	}
	return r
}

func hasSignIn(v graph.Value) logic.Truth {
	switch v.Kind() {
	case graph.KindUnknown:
		return logic.Unknown
	case graph.KindString:
		if signInWithHole.MatchString(v.Text()) || signIn.MatchString(v.Text()) {
			return logic.True
		}
		if parts := graph.Parts(v.Text()); len(parts) > 0 && parts[0].Hole != nil {
			return logic.Unknown
		}
	}
	return logic.False
}
