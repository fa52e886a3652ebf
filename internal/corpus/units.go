package corpus

import (
	"bytes"
	"embed"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"sync"
	"text/template"
)

//go:embed units frame modules
var assets embed.FS

// weights says how often a group of resources is written, roughly as often as public configurations use its service.
var weights = []struct {
	unit   string
	weight int
}{
	{"s3_archive", 10}, {"s3_site", 2}, {"security_group", 8}, {"security_group_rules", 5}, {"rds_postgres", 5},
	{"rds_aurora", 3}, {"lambda", 9}, {"iam_role", 8}, {"iam_user", 3}, {"sqs", 4}, {"sns", 4}, {"dynamodb", 5},
	{"ec2", 5}, {"autoscaling", 3}, {"alb", 4}, {"elb_classic", 1}, {"alarms", 6}, {"alarm", 4}, {"log_group", 6},
	{"ssm_parameter", 6}, {"kms", 4}, {"ecs", 4}, {"efs", 2}, {"opensearch", 2}, {"redshift", 1}, {"api_gateway", 2},
	{"api_http", 2}, {"secret", 4}, {"vpc", 2}, {"cache", 2}, {"events", 4}, {"kinesis", 2}, {"backup", 1}, {"waf", 1},
	{"cloudtrail", 1}, {"codebuild", 1}, {"sagemaker", 1}, {"dms", 1},
}

// fillers are the units of exactly one resource block, which complete a file.
var fillers = []string{"security_group", "alarms", "alarm", "log_group", "ssm_parameter"}

// calls are the units that call a module of the library.
var calls = []struct{ unit, module string }{
	{"call_buckets", "bucket"}, {"call_queues", "queue"}, {"call_functions", "function"},
	{"call_database", "database"}, {"call_service", "service"},
}

func pickUnit(rng *rand.Rand) string {
	total := 0
	for _, w := range weights {
		total += w.weight
	}
	at := rng.IntN(total)
	for _, w := range weights {
		if at -= w.weight; at < 0 {
			return w.unit
		}
	}
	return weights[0].unit
}

func pickFiller(rng *rand.Rand) string { return fillers[rng.IntN(len(fillers))] }

// pickCall chooses a call of one of the modules that the library has.
func pickCall(rng *rand.Rand, modules []string) (string, bool) {
	var fitting []string
	for _, c := range calls {
		if slices.Contains(modules, c.module) {
			fitting = append(fitting, c.unit)
		}
	}
	if len(fitting) == 0 {
		return "", false
	}
	return fitting[rng.IntN(len(fitting))], true
}

// templates are the embedded templates by file name without ".tmpl" and, for units, without ".tf".
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Option("missingkey=error").ParseFS(assets, "units/*.tmpl", "frame/*.tmpl"))
})

// render executes an embedded template. The templates are part of the program and all of them are executed by the
// tests, so that an error here is a programming mistake.
func render(name string, data any) []byte {
	t := templates().Lookup(name + ".tmpl")
	if t == nil {
		t = templates().Lookup(name + ".tf.tmpl")
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		panic(fmt.Sprintf("corpus: template %s: %v", name, err))
	}
	return out.Bytes()
}

func asset(name string) []byte {
	content, err := assets.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("corpus: %v", err))
	}
	return content
}

// module is one of the library.
type module struct {
	name      string
	files     map[string][]byte
	resources int
}

// library lists the modules in the order in which small corpora take them.
var library = sync.OnceValue(func() []module {
	var out []module
	for _, name := range []string{"network", "bucket", "function", "queue", "database", "service"} {
		m := module{name: name, files: map[string][]byte{}}
		for _, file := range []string{"main.tf", "variables.tf", "outputs.tf"} {
			m.files[file] = asset(path.Join("modules", name, file))
			m.resources += countResources(m.files[file])
		}
		out = append(out, m)
	}
	return out
})
