package corpus

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
)

// The recorded plan and state are what Terraform says about Files(recordedBlocks, recordedSeed). Larger plans and
// states repeat them: the first copy is the root module, each further one a child module with names of its own.
const (
	recordedBlocks = 160
	recordedSeed   = 307
)

//go:embed recorded/*.json.gz
var recordings embed.FS

// In a copy that is a child module these stand for what differs from one copy to the next.
const (
	moduleMark = "@copy@"    // name of the module
	prefixMark = "cx-prod"   // prefix of the names of AWS resources
	idMark     = "0cafe"     // first digits of identifiers such as those of subnets
	copyPath   = "module."   // the address of a copy is copyPath + its name
	copyName   = "unit_%04d" // counted from one
)

// switches are the settings that may differ from one copy to the next, as they are and as they become.
var switches = [][2]string{
	{`"block_public_policy":true`, `"block_public_policy":false`},
	{`"deletion_protection":true`, `"deletion_protection":false`},
	{`"enable_key_rotation":true`, `"enable_key_rotation":false`},
	{`"http_tokens":"required"`, `"http_tokens":"optional"`},
	{`"multi_az":true`, `"multi_az":false`},
	{`"publicly_accessible":false`, `"publicly_accessible":true`},
	{`"sse_algorithm":"aws:kms"`, `"sse_algorithm":"AES256"`},
	{`"storage_encrypted":true`, `"storage_encrypted":false`},
}

// recorded decodes an embedded recording. Numbers keep their digits.
func recorded(name string) map[string]any {
	f, err := recordings.Open("recorded/" + name + ".json.gz")
	if err != nil {
		panic(fmt.Sprintf("corpus: %v", err))
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		panic(fmt.Sprintf("corpus: recording %s: %v", name, err))
	}
	var out map[string]any
	dec := json.NewDecoder(z)
	dec.UseNumber()
	if err := dec.Decode(&out); err != nil {
		panic(fmt.Sprintf("corpus: recording %s: %v", name, err))
	}
	return out
}

// encode gives the JSON of a value that came from JSON.
func encode(v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("corpus: %v", err))
	}
	return out
}

// copies says how a number of resources is made of copies of a recording that holds perCopy of them.
type copies struct {
	rng   *rand.Rand
	sizes []int // resources of each copy
}

func newCopies(resources, perCopy int, seed uint64) copies {
	c := copies{rng: rand.New(rand.NewPCG(seed, uint64(max(resources, 0))))}
	for left := resources; left > 0; left -= perCopy {
		c.sizes = append(c.sizes, min(left, perCopy))
	}
	return c
}

// replacer returns what turns the marks of a recording into the names of copy i. It throws the dice for the switches,
// so that it must be called once for each copy, in order.
func (c copies) replacer(i int) *strings.Replacer {
	pairs := []string{moduleMark, fmt.Sprintf(copyName, i)}
	if i > 0 {
		pairs = append(pairs, prefixMark, fmt.Sprintf("cx-%04d", i), idMark, fmt.Sprintf("%05x", i))
	}
	for _, s := range switches {
		if c.rng.IntN(3) == 0 {
			pairs = append(pairs, s[0], s[1])
		}
	}
	return strings.NewReplacer(pairs...)
}

// list writes the elements of a JSON array as they come.
type list struct {
	w     *bytes.Buffer
	begun bool
}

// add writes the encoded elements of an encoded array, changed by the replacer.
func (l *list) add(array []byte, r interface{ Replace(string) string }) {
	inner := bytes.TrimSpace(array)
	inner = bytes.TrimSpace(inner[1 : len(inner)-1])
	if len(inner) == 0 {
		return
	}
	if l.begun {
		l.w.WriteByte(',')
	}
	l.begun = true
	io.Copy(l.w, strings.NewReader(r.Replace(string(inner))))
}
