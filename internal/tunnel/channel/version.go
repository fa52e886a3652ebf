package channel

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A version is that of an agent or a client: 3.3.1142.0.
type version [4]int

// What the peers can do goes by their versions.
var (
	// muxAfter: later agents run many connections over one session.
	muxAfter = version{3, 0, 196, 0}
	// noKeepAliveAfter: later agents send no keep-alives on their side of smux, and
	// need none from us.
	noKeepAliveAfter = version{3, 1, 1511, 0}
)

// clientVersion is the version of AWS's client that we behave like. Agents judge
// by it what a client can do, so that it cannot be our own.
const clientVersion = "1.2.792.0"

func parseVersion(s string) (version, error) {
	var v version
	fields := strings.Split(s, ".")
	if len(fields) > len(v) {
		return version{}, fmt.Errorf("version %q has more than %d numbers", s, len(v))
	}
	for i, field := range fields {
		n, err := strconv.Atoi(field)
		if err != nil || n < 0 {
			return version{}, fmt.Errorf("version %q is not of the form 3.3.1142.0", s)
		}
		v[i] = n
	}
	return v, nil
}

func (v version) after(w version) bool { return slices.Compare(v[:], w[:]) > 0 }

func (v version) String() string {
	return fmt.Sprintf("%d.%d.%d.%d", v[0], v[1], v[2], v[3])
}
