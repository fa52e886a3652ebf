package hipaa

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Parameter is a parameter of a managed rule.
type Parameter struct {
	// Name is AWS's spelling: maxAccessKeyAge.
	Name string        `json:"name"`
	Type ParameterType `json:"type"`
	// OneOf lists the values, or for a list the elements, that AWS accepts;
	// empty if there is no such list.
	OneOf []string `json:"one_of,omitempty"`
	// Form says in a few words what a value is: "days, 1 to 35".
	Form string `json:"form,omitempty"`
	// Default is what AWS takes when the pack passes nothing.
	Default Value `json:"default,omitempty"`
	// Pack is what the pack passes.
	Pack Value `json:"pack,omitempty"`
	// Required says that AWS refuses the rule without the parameter.
	Required bool `json:"required,omitempty"`
}

// ParameterType is the form of a parameter's values.
type ParameterType string

// The parameter types.
const (
	TypeBool   ParameterType = "bool"
	TypeInt    ParameterType = "int"
	TypeNumber ParameterType = "number"
	TypeString ParameterType = "string"
	TypeList   ParameterType = "list" // separated by commas
	TypeMap    ParameterType = "map"  // name: value, value; name: value
)

// Param is the value in effect: what the pack passes, else AWS's default. It is
// unset if there is neither, or no parameter of that name, in any case of letters.
func (r *Rule) Param(name string) Value {
	p, _ := r.Parameter(name)
	return p.Value()
}

// Parameter finds a parameter by its name in any case of letters.
func (r *Rule) Parameter(name string) (Parameter, bool) {
	for _, p := range r.Parameters {
		if strings.EqualFold(p.Name, name) {
			return p, true
		}
	}
	return Parameter{}, false
}

// Value is the value in effect: what the pack passes, else AWS's default.
func (p Parameter) Value() Value {
	if p.Pack.IsSet() {
		return p.Pack
	}
	return p.Default
}

// Check reports why AWS would not take v as a value of p. An unset value is fine
// for a parameter that is not required.
func (p Parameter) Check(v Value) error {
	switch {
	case !v.IsSet() && p.Required:
		return fmt.Errorf("parameter %s needs a value", p.Name)
	case v.IsSet() && !p.accepts(v):
		return fmt.Errorf("parameter %s is %q: want %s", p.Name, string(v), p.want())
	}
	return nil
}

func (p Parameter) accepts(v Value) bool {
	if len(p.OneOf) > 0 {
		elements := []string{string(v)}
		if p.Type == TypeList {
			elements = v.List()
		}
		return !slices.ContainsFunc(elements, func(e string) bool { return !slices.Contains(p.OneOf, e) })
	}
	ok := true
	switch p.Type {
	case TypeBool:
		_, ok = v.Bool()
	case TypeInt:
		_, ok = v.Int()
	case TypeNumber:
		_, err := strconv.ParseFloat(string(v), 64)
		ok = err == nil
	}
	return ok
}

func (p Parameter) want() string {
	switch {
	case len(p.OneOf) > 0 && p.Type == TypeList:
		return "a list of " + strings.Join(p.OneOf, ", ")
	case len(p.OneOf) > 0:
		return "one of " + strings.Join(p.OneOf, ", ")
	case p.Type == TypeBool:
		return "true or false"
	}
	kind := "a number"
	if p.Type == TypeInt {
		kind = "a whole number"
	}
	if p.Form != "" {
		kind += ": " + p.Form
	}
	return kind
}

// A Value is the value of a parameter as AWS Config passes it, as text. The
// empty Value is an unset one.
type Value string

// IsSet reports whether there is a value.
func (v Value) IsSet() bool { return v != "" }

// String is the text; "" if unset.
func (v Value) String() string { return string(v) }

// Int is the value as a whole number; false if it is unset or none.
func (v Value) Int() (int, bool) {
	n, err := strconv.Atoi(string(v))
	return n, err == nil
}

// Bool is the value as a truth value; false if it is unset or none.
func (v Value) Bool() (value, ok bool) {
	switch {
	case strings.EqualFold(string(v), "true"):
		return true, true
	case strings.EqualFold(string(v), "false"):
		return false, true
	}
	return false, false
}

// List is the value split at its commas, without blanks around the elements and
// without empty ones.
func (v Value) List() []string {
	var list []string
	for e := range strings.SplitSeq(string(v), ",") {
		if e = strings.TrimSpace(e); e != "" {
			list = append(list, e)
		}
	}
	return list
}
