// Package constraint reads what version constraints say about the versions that they
// allow.
package constraint

import (
	"regexp"
	"slices"
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

// Reaches reports whether a constraint allows the version or a newer one, as far
// as its upper bounds tell.
func Reaches(constraint, version string) bool {
	want := parse(version)
	for part := range strings.SplitSeq(constraint, ",") {
		part = strings.TrimSpace(part)
		op := strings.TrimRight(part[:len(part)-len(strings.TrimLeft(part, "=!<>~ "))], " ")
		v := parse(part)
		if v == nil {
			continue
		}
		switch op {
		case "", "=", "<=":
			if slices.Compare(v, want) < 0 {
				return false
			}
		case "<":
			if slices.Compare(v, want) <= 0 {
				return false
			}
		case "~>": // all but the last number stay
			given := strings.Count(part, ".")
			if given > 0 && slices.Compare(v[:min(given, len(v))], want[:min(given, len(want))]) < 0 {
				return false
			}
		}
	}
	return true
}

// parse reads the three numbers of a version, nil if there is none.
func parse(text string) []int {
	m := triple.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	v := make([]int, 3)
	for i := range v {
		v[i], _ = strconv.Atoi(m[i+1])
	}
	return v
}

var triple = regexp.MustCompile(`(\d+)(?:\.(\d+))?(?:\.(\d+))?`)
