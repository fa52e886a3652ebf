package awsfake

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"
)

//go:generate sh -c "go run ./generate \"$BOTOCORE_DATA\" > model.json.new && mv model.json.new model.json"

// A Model is what AWS's API model of a service says about the operations that the
// fake has.
type Model struct {
	Operations map[string]Operation `json:"operations"`
	Shapes     map[string]Shape     `json:"shapes"`
}

// An Operation names the shapes of what an operation takes and gives.
type Operation struct {
	In  string `json:"in,omitempty"`
	Out string `json:"out,omitempty"`
}

// A Shape is a type of values with its constraints. Members, Member, Key and Value
// are names of shapes.
type Shape struct {
	Type     string            `json:"type"`
	Required []string          `json:"required,omitempty"`
	Members  map[string]string `json:"members,omitempty"`
	Member   string            `json:"member,omitempty"`
	Key      string            `json:"key,omitempty"`
	Value    string            `json:"value,omitempty"`
	Min      *float64          `json:"min,omitempty"`
	Max      *float64          `json:"max,omitempty"`
	Pattern  string            `json:"pattern,omitempty"`
	Enum     []string          `json:"enum,omitempty"`
}

// Operations are the operations of the fake that are held to a model, by service:
// those of an audit.
func Operations() map[string][]string {
	all := map[string][]string{}
	for _, service := range []string{"config", "securityhub", "sts", "organizations", "account"} {
		all[service] = slices.Sorted(maps.Keys(handlers[service]))
	}
	return all
}

//go:embed model.json
var modelData []byte

var models = sync.OnceValue(func() map[string]Model {
	var m map[string]Model
	if err := json.Unmarshal(modelData, &m); err != nil {
		panic(err) // the file is the program's own
	}
	return m
})

// checkIn and checkOut hold what an operation takes and gives to AWS's model.
func checkIn(service, operation string, v any) error {
	m := models()[service]
	return m.check(m.Operations[operation].In, operation, v)
}

func checkOut(service, operation string, out map[string]any) error {
	if _, ok := models()[service]; !ok {
		return nil
	}
	prune(out)
	data, err := json.Marshal(out)
	if err != nil {
		return err
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	m := models()[service]
	return m.check(m.Operations[operation].Out, operation, v)
}

// check holds a value, as JSON has it, to a shape. Numbers of addresses and forms
// come as strings.
func (m *Model) check(shape, path string, v any) error {
	s, ok := m.Shapes[shape]
	if !ok || v == nil {
		return nil
	}
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("%s: %s of the shape %s", path, fmt.Sprintf(format, args...), shape)
	}
	switch s.Type {
	case "structure":
		o, ok := v.(map[string]any)
		if !ok {
			return wrong("%T is no structure", v)
		}
		for _, name := range s.Required {
			if o[name] == nil {
				return wrong("the member %s is required", name)
			}
		}
		for name, member := range o {
			of, ok := s.Members[name]
			if !ok {
				return wrong("there is no member %s", name)
			}
			if err := m.check(of, path+"."+name, member); err != nil {
				return err
			}
		}
	case "list":
		l, ok := v.([]any)
		if !ok {
			return wrong("%T is no list", v)
		}
		if err := s.within(float64(len(l))); err != nil {
			return wrong("the length %v", err)
		}
		for i, item := range l {
			if err := m.check(s.Member, fmt.Sprintf("%s[%d]", path, i), item); err != nil {
				return err
			}
		}
	case "map":
		o, ok := v.(map[string]any)
		if !ok {
			return wrong("%T is no map", v)
		}
		if err := s.within(float64(len(o))); err != nil {
			return wrong("the size %v", err)
		}
		for k, item := range o {
			if err := m.check(s.Key, path, k); err != nil {
				return err
			}
			if err := m.check(s.Value, path+"."+k, item); err != nil {
				return err
			}
		}
	case "string":
		text, ok := v.(string)
		if !ok {
			return wrong("%T is no string", v)
		}
		if err := s.within(float64(utf8.RuneCountInString(text))); err != nil {
			return wrong("the length %v", err)
		}
		if len(s.Enum) > 0 && !slices.Contains(s.Enum, text) {
			return wrong("%q is none of %q", text, s.Enum)
		}
		if s.Pattern != "" && !pattern(s.Pattern).MatchString(text) {
			return wrong("%q does not match %s", text, s.Pattern)
		}
	case "integer", "long", "float", "double":
		n, ok := v.(float64)
		if text, isText := v.(string); isText {
			var err error
			n, err = strconv.ParseFloat(text, 64)
			ok = err == nil
		}
		if !ok {
			return wrong("%v is no number", v)
		}
		if err := s.within(n); err != nil {
			return wrong("the number %v", err)
		}
	case "boolean":
		if _, ok := v.(bool); !ok && v != "true" && v != "false" {
			return wrong("%v is no boolean", v)
		}
	}
	return nil
}

func (s *Shape) within(n float64) error {
	if s.Min != nil && n < *s.Min || s.Max != nil && n > *s.Max {
		limit := func(p *float64) string {
			if p == nil {
				return "…"
			}
			return strconv.FormatFloat(*p, 'f', -1, 64)
		}
		return fmt.Errorf("%v is not within %s and %s", n, limit(s.Min), limit(s.Max))
	}
	return nil
}

var patterns sync.Map // of *regexp.Regexp by text

// pattern is a pattern of a model, which matches whole strings.
func pattern(text string) *regexp.Regexp {
	if re, ok := patterns.Load(text); ok {
		return re.(*regexp.Regexp)
	}
	re := regexp.MustCompile(`^(?s:` + text + `)$`)
	patterns.Store(text, re)
	return re
}
