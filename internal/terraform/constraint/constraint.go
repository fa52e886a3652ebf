// Package constraint reads what version constraints say about major versions.
package constraint

import (
	"regexp"
	"strconv"
	"strings"
)

var number = regexp.MustCompile(`(\d+)(?:\.(\d+|x))?`)

// MajorOf is the major version of a version such as "5.31.0", 0 if it has none.
func MajorOf(version string) int {
	m := number.FindStringSubmatch(version)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// Major is the one major version that a constraint such as ">= 5.0, < 6.0"
// allows, 0 if it allows several.
func Major(constraint string) int {
	low, high := 0, 0
	for part := range strings.SplitSeq(constraint, ",") {
		part = strings.TrimSpace(part)
		op := strings.TrimRight(part[:len(part)-len(strings.TrimLeft(part, "=!<>~ "))], " ")
		n := MajorOf(part)
		switch op {
		case "~>":
			low = n
			if strings.Contains(part, ".") {
				high = n
			}
		case "", "=":
			return n
		case ">=", ">":
			low = max(low, n)
		case "<":
			high = n
			if m := number.FindStringSubmatch(part); m != nil && (m[2] == "" || m[2] == "0") {
				high = n - 1
			}
		case "<=":
			high = n
		}
	}
	if low == high {
		return low
	}
	return 0
}
