package edit

import (
	"bytes"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff is the unified diff that turns before into after, with the prefixes a/
// and b/ that git and patch expect; empty if nothing changes. A nil before or
// after is a file that is not there.
func Diff(path string, before, after []byte) []byte {
	from, to := "a/"+path, "b/"+path
	if before == nil {
		from = "/dev/null"
	}
	if after == nil {
		to = "/dev/null"
	}
	d := diff.Diff(from, before, to, after)
	if _, hunks, ok := bytes.Cut(d, []byte("\n")); ok {
		return hunks // without the line "diff from to", which is no header of git's
	}
	return nil
}
