package backup

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// longestGap is the longest time between two runs of a schedule of AWS, such as
// cron(0 5 ? * * *) or rate(12 hours); 0 if it never runs.
func longestGap(expression string) (time.Duration, error) {
	s := strings.TrimSpace(expression)
	if inner, ok := call(s, "rate"); ok {
		return rate(inner)
	}
	if inner, ok := call(s, "cron"); ok {
		s = inner
	}
	c, err := parseCron(s)
	if err != nil {
		return 0, err
	}
	return c.longestGap(), nil
}

// call is the argument of a schedule such as name(argument).
func call(s, name string) (string, bool) {
	head, rest, ok := strings.Cut(s, "(")
	if !ok || !strings.EqualFold(strings.TrimSpace(head), name) {
		return "", false
	}
	return strings.CutSuffix(rest, ")")
}

// rate reads "12 hours".
func rate(s string) (time.Duration, error) {
	fields := strings.Fields(s)
	if len(fields) != 2 {
		return 0, errors.New("a rate is a number and a unit")
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil || n < 1 || n > 100_000 {
		return 0, fmt.Errorf("%q is no rate", fields[0])
	}
	switch strings.TrimSuffix(strings.ToLower(fields[1]), "s") {
	case "minute":
		return time.Duration(n) * time.Minute, nil
	case "hour":
		return time.Duration(n) * time.Hour, nil
	case "day":
		return time.Duration(n) * 24 * time.Hour, nil
	}
	return 0, fmt.Errorf("%q is no unit of time", fields[1])
}

// A cron is a schedule in the six fields of AWS: minutes, hours, day of month,
// month, day of week, year.
type cron struct {
	minutes, hours, months uint64 // bit n stands for n
	ofMonth, ofWeek        []dayTest
}

// A dayTest decides whether a schedule runs on a day.
type dayTest func(day time.Time) bool

func parseCron(s string) (*cron, error) {
	fields := strings.Fields(strings.ToUpper(s))
	if len(fields) != 6 {
		return nil, fmt.Errorf("it has %d fields, AWS wants 6", len(fields))
	}
	if year := fields[5]; year != "*" && year != "?" {
		return nil, fmt.Errorf("it is limited to the years %s", strings.ToLower(year))
	}
	var c cron
	var err [5]error
	c.minutes, err[0] = set(fields[0], 0, 59, nil)
	c.hours, err[1] = set(fields[1], 0, 23, nil)
	c.ofMonth, err[2] = daysOfMonth(fields[2])
	c.months, err[3] = set(fields[3], 1, 12, monthNames)
	c.ofWeek, err[4] = daysOfWeek(fields[4])
	return &c, errors.Join(err[:]...)
}

var (
	monthNames = []string{"", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	dayNames   = []string{"", "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

// set reads a field of numbers or names: lists, ranges and steps.
func set(field string, low, high int, names []string) (uint64, error) {
	var all uint64
	for item := range strings.SplitSeq(field, ",") {
		one, err := span(item, low, high, names)
		if err != nil {
			return 0, err
		}
		all |= one
	}
	return all, nil
}

// span reads one item of a field: *, 5, 9-17, 0/6, FRI-MON.
func span(item string, low, high int, names []string) (uint64, error) {
	body, by, stepped := strings.Cut(item, "/")
	step := 1
	if stepped {
		n, err := strconv.Atoi(by)
		if err != nil || n < 1 {
			return 0, fmt.Errorf("%q is no step", by)
		}
		step = n
	}
	first, last := low, high
	if body != "*" && body != "?" {
		from, to, ranged := strings.Cut(body, "-")
		var err error
		if first, err = number(from, low, high, names); err != nil {
			return 0, err
		}
		switch {
		case ranged:
			if last, err = number(to, low, high, names); err != nil {
				return 0, err
			}
		case !stepped:
			last = first
		}
	}
	if last < first { // FRI-MON goes round the end
		last += high - low + 1
	}
	var bitset uint64
	for n := first; n <= last; n += step {
		bitset |= 1 << (low + (n-low)%(high-low+1))
	}
	return bitset, nil
}

func number(s string, low, high int, names []string) (int, error) {
	for i, name := range names {
		if s == name && name != "" {
			return i, nil
		}
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%q is not between %d and %d", s, low, high)
	}
	return n, nil
}

// daysOfMonth reads 1, 15-20, L (the last), L-3, 15W (the weekday nearest), LW.
func daysOfMonth(field string) ([]dayTest, error) {
	var tests []dayTest
	for item := range strings.SplitSeq(field, ",") {
		offset, fromEnd := strings.CutPrefix(item, "L-")
		nearest, weekday := strings.CutSuffix(item, "W")
		switch {
		case item == "L":
			tests = append(tests, func(d time.Time) bool { return d.Day() == lastDay(d) })
		case item == "LW":
			tests = append(tests, func(d time.Time) bool { return d.Day() == nearestWeekday(d, lastDay(d)) })
		case fromEnd:
			n, err := number(offset, 1, 30, nil)
			if err != nil {
				return nil, err
			}
			tests = append(tests, func(d time.Time) bool { return d.Day() == lastDay(d)-n })
		case weekday:
			n, err := number(nearest, 1, 31, nil)
			if err != nil {
				return nil, err
			}
			tests = append(tests, func(d time.Time) bool { return n <= lastDay(d) && d.Day() == nearestWeekday(d, n) })
		default:
			days, err := span(item, 1, 31, nil)
			if err != nil {
				return nil, err
			}
			tests = append(tests, func(d time.Time) bool { return days>>d.Day()&1 == 1 })
		}
	}
	return tests, nil
}

// daysOfWeek reads 1 (Sunday), MON-FRI, L (Saturday), 6L (the last Friday of the
// month), 3#2 (the second Tuesday).
func daysOfWeek(field string) ([]dayTest, error) {
	var tests []dayTest
	for item := range strings.SplitSeq(field, ",") {
		day, nth, counted := strings.Cut(item, "#")
		name, last := strings.CutSuffix(item, "L")
		switch {
		case item == "L":
			tests = append(tests, func(d time.Time) bool { return d.Weekday() == time.Saturday })
		case counted:
			w, err := number(day, 1, 7, dayNames)
			if err != nil {
				return nil, err
			}
			n, err := number(nth, 1, 5, nil)
			if err != nil {
				return nil, err
			}
			tests = append(tests, func(d time.Time) bool { return int(d.Weekday())+1 == w && (d.Day()+6)/7 == n })
		case last:
			w, err := number(name, 1, 7, dayNames)
			if err != nil {
				return nil, err
			}
			tests = append(tests, func(d time.Time) bool { return int(d.Weekday())+1 == w && d.Day()+7 > lastDay(d) })
		default:
			days, err := span(item, 1, 7, dayNames)
			if err != nil {
				return nil, err
			}
			tests = append(tests, func(d time.Time) bool { return days>>(int(d.Weekday())+1)&1 == 1 })
		}
	}
	return tests, nil
}

func lastDay(d time.Time) int {
	return time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// nearestWeekday is the day from Monday to Friday nearest to the day n of d's
// month, within that month.
func nearestWeekday(d time.Time, n int) int {
	switch time.Date(d.Year(), d.Month(), n, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		if n > 1 {
			return n - 1
		}
		return n + 2
	case time.Sunday:
		if n < lastDay(d) {
			return n + 1
		}
		return n - 2
	}
	return n
}

// runsOn decides whether there is a run on the day.
func (c *cron) runsOn(d time.Time) bool {
	if c.months>>int(d.Month())&1 == 0 {
		return false
	}
	return meets(c.ofMonth, d) && meets(c.ofWeek, d)
}

func meets(tests []dayTest, d time.Time) bool {
	for _, test := range tests {
		if test(d) {
			return true
		}
	}
	return false
}

// longestGap looks at eight years, which have every kind of month.
func (c *cron) longestGap() time.Duration {
	first, last, within := c.day()
	if first < 0 {
		return 0
	}
	longest, previous, runs := within, -1, 0
	start := time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	for i := range 8 * 366 {
		if !c.runsOn(start.AddDate(0, 0, i)) {
			continue
		}
		if runs++; runs > 1 {
			longest = max(longest, (i-previous)*24*60-last+first)
		}
		previous = i
	}
	if runs < 2 {
		return 0
	}
	return time.Duration(longest) * time.Minute
}

// day is the first and the last minute of a day with a run, and the longest
// time between two; first is -1 if there is none.
func (c *cron) day() (first, last, longest int) {
	first = -1
	for h := range 24 {
		if c.hours>>h&1 == 0 || c.minutes == 0 {
			continue
		}
		if first < 0 {
			first = h*60 + bits.TrailingZeros64(c.minutes)
			last = first
		}
		for m := range 60 {
			if c.minutes>>m&1 == 1 {
				longest = max(longest, h*60+m-last)
				last = h*60 + m
			}
		}
	}
	return first, last, longest
}
