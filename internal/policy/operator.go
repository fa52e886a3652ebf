package policy

import (
	"encoding/base64"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"safeguard/internal/logic"
)

type family uint8

const (
	noFamily family = iota // not an operator that exists
	stringFamily
	numericFamily
	dateFamily
	boolFamily
	binaryFamily
	addressFamily
	arnFamily
	nullFamily
)

// An operator is a condition operator without its qualifier and IfExists.
type operator struct {
	family  family
	negated bool // true unless a value matches
	wild    bool // values may have wildcards
	fold    bool // case does not matter
	// order says for which outcomes of comparing the request's value with the
	// policy's a number or date matches.
	order []int
}

// operators are the condition operators by lower-case name: AWS does not care
// about their case.
var operators = map[string]operator{
	"stringequals":              {family: stringFamily},
	"stringnotequals":           {family: stringFamily, negated: true},
	"stringequalsignorecase":    {family: stringFamily, fold: true},
	"stringnotequalsignorecase": {family: stringFamily, fold: true, negated: true},
	"stringlike":                {family: stringFamily, wild: true},
	"stringnotlike":             {family: stringFamily, wild: true, negated: true},
	"numericequals":             {family: numericFamily, order: []int{0}},
	"numericnotequals":          {family: numericFamily, order: []int{0}, negated: true},
	"numericlessthan":           {family: numericFamily, order: []int{-1}},
	"numericlessthanequals":     {family: numericFamily, order: []int{-1, 0}},
	"numericgreaterthan":        {family: numericFamily, order: []int{1}},
	"numericgreaterthanequals":  {family: numericFamily, order: []int{1, 0}},
	"dateequals":                {family: dateFamily, order: []int{0}},
	"datenotequals":             {family: dateFamily, order: []int{0}, negated: true},
	"datelessthan":              {family: dateFamily, order: []int{-1}},
	"datelessthanequals":        {family: dateFamily, order: []int{-1, 0}},
	"dategreaterthan":           {family: dateFamily, order: []int{1}},
	"dategreaterthanequals":     {family: dateFamily, order: []int{1, 0}},
	"bool":                      {family: boolFamily, fold: true},
	"binaryequals":              {family: binaryFamily},
	"ipaddress":                 {family: addressFamily},
	"notipaddress":              {family: addressFamily, negated: true},
	// ArnEquals takes wildcards just as ArnLike does.
	"arnequals":    {family: arnFamily, wild: true},
	"arnlike":      {family: arnFamily, wild: true},
	"arnnotequals": {family: arnFamily, wild: true, negated: true},
	"arnnotlike":   {family: arnFamily, wild: true, negated: true},
	"null":         {family: nullFamily, fold: true},
}

// A qualifier says how several values in the request count.
type qualifier uint8

const (
	noQualifier qualifier = iota
	forAnyValue
	forAllValues
)

// parseOperator splits ForAnyValue:StringLikeIfExists. An operator that does
// not exist, or is not known, is of no family.
func parseOperator(name string) (op operator, q qualifier, ifExists bool) {
	name = strings.ToLower(name)
	if rest, ok := strings.CutPrefix(name, "foranyvalue:"); ok {
		name, q = rest, forAnyValue
	} else if rest, ok := strings.CutPrefix(name, "forallvalues:"); ok {
		name, q = rest, forAllValues
	}
	if rest, ok := strings.CutSuffix(name, "ifexists"); ok {
		name, ifExists = rest, true
	}
	return operators[name], q, ifExists
}

// matches decides whether one value of a request matches one value of the
// policy, the negation left aside.
func (o operator) matches(policy, request string, variables bool) logic.Truth {
	if isOpen(policy) || isOpen(request) || o.family == noFamily {
		return logic.Unknown
	}
	if variables && strings.Contains(policy, "${") && (o.family == stringFamily || o.family == arnFamily) {
		// What the variable stands for is up to the request.
		return logic.Unknown
	}
	switch o.family {
	case stringFamily:
		return covers([]string{policy}, request, syntax{wild: o.wild, fold: o.fold, arn: !o.fold})
	case arnFamily:
		return arnCovers(policy, request)
	}
	if strings.Contains(policy, start) || strings.Contains(request, start) {
		return logic.Unknown
	}
	switch o.family {
	case numericFamily:
		return o.ordered(policy, request, compareNumbers)
	case dateFamily:
		return o.ordered(policy, request, compareDates)
	case boolFamily, nullFamily:
		return logic.Of(strings.EqualFold(policy, request))
	case binaryFamily:
		p, errP := base64.StdEncoding.DecodeString(policy)
		r, errR := base64.StdEncoding.DecodeString(request)
		if errP != nil || errR != nil {
			return logic.Unknown
		}
		return logic.Of(string(p) == string(r))
	case addressFamily:
		p, okP := parseRange(policy)
		r, okR := parseRange(request)
		if !okP || !okR {
			return logic.Unknown
		}
		return logic.Of(p.Bits() <= r.Bits() && p.Contains(r.Addr()))
	}
	return logic.Unknown
}

func (o operator) ordered(policy, request string, compare func(a, b string) (int, bool)) logic.Truth {
	c, ok := compare(request, policy)
	if !ok {
		return logic.Unknown
	}
	return logic.Of(slices.Contains(o.order, c))
}

func compareNumbers(a, b string) (int, bool) {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil {
		return 0, false
	}
	switch {
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	}
	return 0, x == y
}

func compareDates(a, b string) (int, bool) {
	x, okX := parseDate(a)
	y, okY := parseDate(b)
	return x.Compare(y), okX && okY
}

// parseDate reads a date in one of the W3C forms of ISO 8601 or in seconds
// since 1970.
func parseDate(s string) (time.Time, bool) {
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	if len(s) == 4 {
		return time.Date(int(n), 1, 1, 0, 0, 0, 0, time.UTC), true
	}
	return time.Unix(n, 0), true
}

// parseRange reads a CIDR range, or one address as the range of itself.
func parseRange(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}
