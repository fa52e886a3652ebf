package corpus_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"safeguard/internal/corpus"
)

var sizes = []int{0, 1, 2, 5, 17, 60, 100, 333, 1000}

func TestFilesHaveTheResourcesAskedFor(t *testing.T) {
	t.Parallel()
	for _, size := range append(sizes, -1, 5000) {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			got := 0
			for name, body := range parse(t, corpus.Files(size, 7)) {
				seen := map[string]bool{}
				for _, block := range body.Blocks {
					key := block.Type + " " + strings.Join(block.Labels, ".")
					if block.Type != "locals" && seen[key] {
						t.Errorf("%s: %s declared twice", name, key)
					}
					seen[key] = true
					if block.Type == "resource" {
						got++
					}
				}
			}
			if want := max(size, 0); got != want {
				t.Errorf("got %d resource blocks, want %d", got, want)
			}
		})
	}
}

func TestFilesAreFormattedAndOfBelievableSize(t *testing.T) {
	t.Parallel()
	for _, size := range sizes {
		files := corpus.Files(size, 3)
		total, large := 0, 0
		for name, src := range files {
			total += len(src)
			if strings.Contains(name, ".tf") && !strings.HasSuffix(name, ".tftpl") && !bytes.Equal(src, hclwrite.Format(src)) {
				t.Errorf("size %d: %s is not formatted", size, name)
			}
			n := bytes.Count(src, []byte("\nresource \""))
			if n > 70 {
				t.Errorf("size %d: %s has %d resource blocks", size, name, n)
			}
			if n >= 20 {
				large++
			}
		}
		if size >= 100 && (total/size < 430 || total/size > 570) {
			t.Errorf("size %d: %d bytes for each resource block, want about 500", size, total/size)
		}
		if size >= 100 && large < size/100 {
			t.Errorf("size %d: %d files of 20 and more resource blocks", size, large)
		}
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(corpus.Files(300, 5), corpus.Files(300, 5)); diff != "" {
		t.Errorf("files differ between two calls:\n%s", diff)
	}
	if cmp.Equal(corpus.Files(300, 5), corpus.Files(300, 6)) {
		t.Error("files of two seeds are the same")
	}
	for name, f := range map[string]func(int, uint64) []byte{"plan": corpus.Plan, "state": corpus.State} {
		if !bytes.Equal(f(700, 5), f(700, 5)) {
			t.Errorf("%s differs between two calls", name)
		}
		if bytes.Equal(f(700, 5), f(700, 6)) {
			t.Errorf("%s of two seeds is the same", name)
		}
	}
}

// What the language offers must occur, else a benchmark would not pay for it.
func TestFilesUseTheLanguage(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for name, src := range corpus.Files(1000, 1) {
		if strings.HasSuffix(name, ".tf") {
			all.Write(src)
		}
	}
	for _, want := range []string{
		"for_each", "count ", "dynamic \"", "optional(", "jsonencode(", "templatefile(", "merge(", " ? ", "<<-",
		"data \"aws_iam_policy_document\"", "module \"", "aws_s3_bucket_lifecycle_configuration", "aws_opensearch_domain",
		"aws_redshift_cluster", "aws_efs_file_system", "aws_ecs_task_definition", "aws_api_gateway_stage", "aws_kms_key",
		"aws_vpc_security_group_ingress_rule", "aws_security_group_rule", "aws_secretsmanager_secret", "aws_cloudtrail",
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no %q in a corpus of 1000", want)
		}
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "deep", "corpus")
	stats, err := corpus.Write(dir, 250, 9)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]byte{}
	want := corpus.Stats{Resources: 250}
	modules := map[string]bool{}
	err = filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		got[name], err = os.ReadFile(file)
		want.Files++
		want.Bytes += len(got[name])
		if path.Dir(name) != "." && strings.HasSuffix(name, ".tf") {
			modules[path.Dir(name)] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want.Modules = len(modules)
	if diff := cmp.Diff(want, stats); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(corpus.Files(250, 9), got); diff != "" {
		t.Errorf("what was written is not what Files gives:\n%s", diff)
	}
}

func TestWriteWhereItCannot(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := corpus.Write(file, 10, 1); err == nil {
		t.Error("no error for a directory that is a file")
	}
}

type planned struct {
	Resources []struct{ Address, Mode, Type string }
	Children  []planned `json:"child_modules"`
	Address   string
}

type change struct {
	Address       string
	ModuleAddress string `json:"module_address"`
	Mode, Type    string
	Name          string
	Change        struct{ After, AfterUnknown any }
}

type configuration struct {
	Calls map[string]struct {
		Module configuration
	} `json:"module_calls"`
	Resources []struct{ Address, Mode string }
}

func TestPlanIsOneThatTerraformCouldPrint(t *testing.T) {
	t.Parallel()
	for _, size := range append(sizes, -1) {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			var plan struct {
				Format  string `json:"format_version"`
				Planned struct {
					Root planned `json:"root_module"`
				} `json:"planned_values"`
				Changes       []change `json:"resource_changes"`
				Configuration struct {
					Root configuration `json:"root_module"`
				}
			}
			if err := json.Unmarshal(corpus.Plan(size, 2), &plan); err != nil {
				t.Fatal(err)
			}
			if plan.Format != "1.2" {
				t.Errorf("format version %q", plan.Format)
			}
			changed := map[string]bool{}
			for _, c := range plan.Changes {
				if changed[c.Address] {
					t.Errorf("two changes of %s", c.Address)
				}
				if c.Mode == "managed" {
					changed[c.Address] = true
				}
				local, inside := strings.CutPrefix(c.Address, c.ModuleAddress)
				if prefix := c.Type + "." + c.Name; !inside || !strings.Contains(local, prefix) ||
					c.ModuleAddress == "" && strings.HasPrefix(c.Address, "module.") {
					t.Errorf("%s is not in module %q", c.Address, c.ModuleAddress)
				}
				if !declared(plan.Configuration.Root, c.Address) {
					t.Errorf("%s is not declared in the configuration section", c.Address)
				}
			}
			values := map[string]bool{}
			collect(plan.Planned.Root, values)
			if diff := cmp.Diff(values, changed); diff != "" {
				t.Errorf("planned values and changes speak of different resources (-values +changes):\n%s", diff)
			}
			if got, want := len(changed), max(size, 0); got != want {
				t.Errorf("got %d resources, want %d", got, want)
			}
		})
	}
}

func collect(m planned, into map[string]bool) {
	for _, r := range m.Resources {
		if r.Mode == "managed" {
			into[r.Address] = true
		}
	}
	for _, c := range m.Children {
		collect(c, into)
	}
}

// declared walks the module calls of an address whose keys hold no dot.
func declared(c configuration, address string) bool {
	for {
		rest, ok := strings.CutPrefix(address, "module.")
		if !ok {
			break
		}
		name, inner, _ := strings.Cut(rest, ".")
		name, _, _ = strings.Cut(name, "[")
		call, ok := c.Calls[name]
		if !ok {
			return false
		}
		c, address = call.Module, inner
	}
	address, _, _ = strings.Cut(address, "[")
	for _, r := range c.Resources {
		if r.Address == address {
			return true
		}
	}
	return false
}

func TestStateIsOneThatTerraformCouldWrite(t *testing.T) {
	t.Parallel()
	for _, size := range append(sizes, -1) {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			var state struct {
				Version   int
				Lineage   string
				Resources []struct {
					Module, Mode, Type, Name, Provider string
					Instances                          []struct {
						Index      any `json:"index_key"`
						Attributes map[string]any
						Sensitive  [][]map[string]string `json:"sensitive_attributes"`
					}
				}
			}
			if err := json.Unmarshal(corpus.State(size, 2), &state); err != nil {
				t.Fatal(err)
			}
			if state.Version != 4 || state.Lineage == "" {
				t.Errorf("version %d, lineage %q", state.Version, state.Lineage)
			}
			seen, ids, got := map[string]bool{}, map[string]string{}, 0
			for _, r := range state.Resources {
				for _, i := range r.Instances {
					address := fmt.Sprintf("%s.%s.%s.%s[%v]", r.Module, r.Mode, r.Type, r.Name, i.Index)
					if seen[address] {
						t.Errorf("%s occurs twice", address)
					}
					seen[address] = true
					if r.Mode != "managed" {
						continue
					}
					got++
					id, _ := i.Attributes["id"].(string)
					if id == "" {
						t.Errorf("%s has no id", address)
					}
					if other, ok := ids[r.Type+id]; ok && !strings.HasPrefix(r.Type, "aws_s3_bucket_") {
						t.Errorf("%s and %s have the same id %s", address, other, id)
					}
					ids[r.Type+id] = address
					for _, path := range i.Sensitive {
						if _, ok := i.Attributes[path[0]["value"]]; !ok {
							t.Errorf("%s: sensitive path %v leads nowhere", address, path)
						}
					}
				}
			}
			if want := max(size, 0); got != want {
				t.Errorf("got %d instances, want %d", got, want)
			}
		})
	}
}

func parse(t *testing.T, files map[string][]byte) map[string]*hclsyntax.Body {
	t.Helper()
	out := map[string]*hclsyntax.Body{}
	for name, src := range files {
		if strings.HasSuffix(name, ".tftpl") {
			if _, diags := hclsyntax.ParseTemplate(src, name, hcl.InitialPos); diags.HasErrors() {
				t.Error(diags)
			}
			continue
		}
		file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
		if diags.HasErrors() {
			t.Error(diags)
			continue
		}
		out[name] = file.Body.(*hclsyntax.Body)
	}
	return out
}

func BenchmarkFiles(b *testing.B) {
	for b.Loop() {
		corpus.Files(1000, 1)
	}
}
