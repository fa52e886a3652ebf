package inspect

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// WriteText writes an instance for people.
func (r *Resource) WriteText(w io.Writer) error {
	bw := bufio.NewWriter(w)
	place := r.Location.String()
	if place != "" {
		place = "  # " + place
	}
	fmt.Fprintf(bw, "%s%s\n", r.Address, place)
	if r.Uncertain != "" {
		fmt.Fprintf(bw, "  (it is not known whether there is such an instance: %s)\n", r.Uncertain)
	}
	fields(bw, r.Values, 1)
	list := func(title string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(bw, "  %s\n", title)
			for _, l := range lines {
				fmt.Fprintf(bw, "    %s\n", l)
			}
		}
	}
	list("unknown:", each(r.Unknown, func(u Unknown) string { return u.Path + ": " + u.Cause }))
	list("symbols:", each(r.Symbols, func(s Symbol) string { return s.Path + " -> " + s.RefersTo }))
	list("sensitive:", r.Sensitive)
	list("passed through:", each(r.Via, way))
	return bw.Flush()
}

// way is one step of a value: "bucket <- var.name (main.tf:3)".
func way(v Via) string {
	text := v.Path + " <- " + v.Name
	if place := v.Location.String(); place != "" {
		text += " (" + place + ")"
	}
	return text
}

func each[T any](items []T, f func(T) string) []string {
	lines := make([]string, len(items))
	for i, item := range items {
		lines[i] = f(item)
	}
	return lines
}

func fields(w io.Writer, m map[string]any, depth int) {
	pad := strings.Repeat("  ", depth)
	for _, k := range slices.Sorted(maps.Keys(m)) {
		switch x := m[k].(type) {
		case map[string]any:
			fmt.Fprintf(w, "%s%s = {\n", pad, k)
			fields(w, x, depth+1)
			fmt.Fprintf(w, "%s}\n", pad)
		case []any:
			if blocks(x) {
				for _, b := range x {
					fmt.Fprintf(w, "%s%s {\n", pad, k)
					fields(w, b.(map[string]any), depth+1)
					fmt.Fprintf(w, "%s}\n", pad)
				}
				continue
			}
			fmt.Fprintf(w, "%s%s = %s\n", pad, k, compact(x))
		default:
			fmt.Fprintf(w, "%s%s = %s\n", pad, k, compact(x))
		}
	}
}

func blocks(list []any) bool {
	for _, x := range list {
		if _, ok := x.(map[string]any); !ok {
			return false
		}
	}
	return len(list) > 0
}

// compact is a value on one line, as Terraform would write it.
func compact(x any) string {
	switch x := x.(type) {
	case symbol:
		return string(x)
	case []any:
		return "[" + strings.Join(each(x, compact), ", ") + "]"
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(x); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}
