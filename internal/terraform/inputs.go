package terraform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/eval"
)

// A Var is one --var or --var-file.
type Var struct {
	Value string // NAME=VALUE
	File  string // or else a file of values
}

// given are the input values that the user gives for all roots.
type given struct {
	environment []eval.Input // lowest precedence
	explicit    []eval.Input // --var-file and --var, highest
}

// userInputs reads TF_VAR_*, --var-file and --var.
func userInputs(opts Options) (given, []Diagnostic, error) {
	var in given
	for _, kv := range opts.Environ {
		if name, value, ok := strings.Cut(kv, "="); ok && strings.HasPrefix(name, "TF_VAR_") {
			in.environment = append(in.environment, eval.Input{Name: strings.TrimPrefix(name, "TF_VAR_"), Raw: value, From: name})
		}
	}
	var diags []Diagnostic
	for _, v := range opts.Vars {
		if v.File != "" {
			values, ds := fileInputs(v.File, opts.Overlay)
			for _, d := range ds {
				if d.Severity == "error" {
					return in, nil, fmt.Errorf("read --var-file %s: %s", v.File, d)
				}
			}
			in.explicit = append(in.explicit, values...)
			diags = append(diags, ds...)
			continue
		}
		name, value, ok := strings.Cut(v.Value, "=")
		if !ok || name == "" {
			return in, nil, fmt.Errorf("--var %q: want NAME=VALUE", v.Value)
		}
		in.explicit = append(in.explicit, eval.Input{Name: strings.TrimSpace(name), Raw: value, From: "--var " + name})
	}
	return in, diags, nil
}

// rootInputs are all input values of a root, lowest precedence first: the
// environment, terraform.tfvars, *.auto.tfvars, --var-file and --var.
func rootInputs(root *config.Root, opts Options, in given) ([]eval.Input, []Diagnostic) {
	inputs := slices.Clone(in.environment)
	var diags []Diagnostic
	for _, file := range root.VarFiles {
		values, ds := fileInputs(file, opts.Overlay)
		inputs = append(inputs, values...)
		diags = append(diags, ds...)
	}
	return append(inputs, in.explicit...), diags
}

func fileInputs(file string, overlay config.Overlay) ([]eval.Input, []Diagnostic) {
	values, ds := config.ParseVars(file, overlay)
	var diags []Diagnostic
	for _, d := range ds {
		diags = append(diags, diagnostic(d))
	}
	var inputs []eval.Input
	if i := slices.IndexFunc(diags, func(d Diagnostic) bool { return d.Severity == "error" }); i >= 0 {
		inputs = append(inputs, eval.Input{Doubt: fmt.Sprintf("%s cannot be read in full: any variable could be set there", diags[i].Location)})
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		r := values[name].Range()
		inputs = append(inputs, eval.Input{
			Name: name, Expr: values[name], From: file,
			At: graph.Location{File: r.Filename, Line: r.Start.Line, EndLine: r.End.Line},
		})
	}
	return inputs, diags
}
