package datasource_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/datasource"
	"safeguard/internal/tftest"
)

var update = flag.Bool("update", false, "ask the real provider for the golden files")

// attributes are the values of data sources, by type, name and attribute.
type attributes map[string]map[string]map[string]any

// TestProvider compares what Compute gives for the data sources of each
// testdata/*.tf.json with what the real provider made of them.
func TestProvider(t *testing.T) {
	t.Parallel()
	configs, err := filepath.Glob("testdata/*.tf.json")
	if err != nil || len(configs) == 0 {
		t.Fatalf("no configurations: %v", err)
	}
	for _, path := range configs {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".tf.json"), func(t *testing.T) {
			t.Parallel()
			golden := strings.TrimSuffix(path, ".tf.json") + ".golden.json"
			if *update {
				writeGolden(t, golden, planned(t, path))
			}
			want := attributes{}
			readJSON(t, golden, &want)
			var config configuration
			readJSON(t, path, &config)
			for _, typ := range slices.Sorted(maps.Keys(config.Data)) {
				for _, name := range slices.Sorted(maps.Keys(config.Data[typ])) {
					t.Run(typ+"."+name, func(t *testing.T) {
						t.Parallel()
						compare(t, typ, config.Data[typ][name], config.env(name, typ), want)
					})
				}
			}
		})
	}
}

// notComputed are attributes that this package leaves out, onlyOurs those of
// other versions of the provider.
var (
	notComputed = map[string][]string{
		"aws_iam_policy_document": {"id", "statement", "version"},
		"aws_lb_hosted_zone_id":   {"load_balancer_type"},
		"aws_service":             {"supported"},
	}
	onlyOurs = map[string][]string{"aws_region": {"region"}}
)

func compare(t *testing.T, typ string, args map[string]any, env datasource.Env, golden attributes) {
	t.Helper()
	name := t.Name()[strings.LastIndexByte(t.Name(), '.')+1:]
	want := maps.Clone(golden[typ][name])
	if want == nil {
		t.Fatal("the golden file lacks this data source: run the test with -update")
	}
	attrs, ok := datasource.Compute(typ, body(t, args, golden), env)
	if !ok {
		t.Fatalf("Compute does not know %s", typ)
	}
	got := map[string]any{}
	for n, v := range attrs {
		if !slices.Contains(onlyOurs[typ], n) {
			got[n] = plain(v)
		}
	}
	maps.DeleteFunc(want, func(n string, v any) bool {
		_, isArgument := args[n]
		_, isResult := got[n]
		return !isResult && (isArgument || v == nil || slices.Contains(notComputed[typ], n))
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-provider +ours):\n%s", diff)
	}
}

type configuration struct {
	Provider struct {
		AWS []struct {
			Alias, Region string
			DefaultTags   struct {
				Tags map[string]any
			} `json:"default_tags"`
		}
	}
	Data map[string]map[string]map[string]any
}

func (c configuration) env(name, typ string) datasource.Env {
	alias, _ := c.Data[typ][name]["provider"].(string)
	for _, p := range c.Provider.AWS {
		if p.Alias == strings.TrimPrefix(alias, "aws.") {
			return datasource.Env{Region: p.Region, DefaultTags: graph.FromJSON(p.DefaultTags.Tags)}
		}
	}
	return datasource.Env{}
}

var reference = regexp.MustCompile(`^\$\{data\.(\w+)\.(\w+)\.(\w+)\}$`)

// body makes a body of arguments in Terraform's JSON syntax. References are
// resolved with the golden values.
func body(t testing.TB, args map[string]any, golden attributes) graph.Body {
	t.Helper()
	var resolve func(x any) any
	resolve = func(x any) any {
		switch x := x.(type) {
		case string:
			if m := reference.FindStringSubmatch(x); m != nil {
				return golden[m[1]][m[2]][m[3]]
			}
			return strings.ReplaceAll(x, "$${", "${")
		case []any:
			out := make([]any, len(x))
			for i, e := range x {
				out[i] = resolve(e)
			}
			return out
		case map[string]any:
			out := map[string]any{}
			for k, e := range x {
				out[k] = resolve(e)
			}
			return out
		}
		return x
	}
	return bodyOf(graph.FromJSON(resolve(args)))
}

// bodyOf is the body of a block whose attributes v holds.
func bodyOf(v graph.Value) graph.Body { return graph.BlocksOf(v).Items[0].Body }

// plain is v as encoding/json has it, "(unknown: why)" if it is not known.
func plain(v graph.Value) any {
	switch v.Kind() {
	case graph.KindUnknown:
		return "(unknown: " + v.Cause().Text + ")"
	case graph.KindString:
		return v.Text()
	case graph.KindMap:
		m := map[string]any{}
		for _, k := range v.Keys() {
			m[k] = plain(v.Key(k))
		}
		return m
	case graph.KindNull:
		return nil
	}
	return v.Display()
}

// planned asks the real provider.
func planned(t *testing.T, config string) attributes {
	t.Helper()
	dir := t.TempDir()
	src, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf.json"), src, 0o644); err != nil {
		t.Fatal(err)
	}
	tf := tftest.Open(t)
	tf.Init(t, dir)
	var plan struct {
		PriorState struct {
			Values struct {
				RootModule struct {
					Resources []struct {
						Type, Name string
						Values     map[string]any
					}
				} `json:"root_module"`
			}
		} `json:"prior_state"`
	}
	if err := json.Unmarshal(tf.PlanJSON(t, dir), &plan); err != nil {
		t.Fatal(err)
	}
	got := attributes{}
	for _, r := range plan.PriorState.Values.RootModule.Resources {
		if got[r.Type] == nil {
			got[r.Type] = map[string]map[string]any{}
		}
		delete(r.Values, "statement")
		got[r.Type][r.Name] = r.Values
	}
	return got
}

func writeGolden(t *testing.T, path string, got attributes) {
	t.Helper()
	var b bytes.Buffer
	sep := "{\n"
	for _, typ := range slices.Sorted(maps.Keys(got)) {
		b.WriteString(sep + "  \"" + typ + "\": {")
		sep = "\n"
		for _, name := range slices.Sorted(maps.Keys(got[typ])) {
			values, err := json.Marshal(got[typ][name])
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(sep + "    \"" + name + "\": " + string(values))
			sep = ",\n"
		}
		b.WriteString("\n  }")
	}
	b.WriteString("\n}\n")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
