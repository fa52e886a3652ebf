package funcs

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/google/uuid"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// A digest is a hash and the notation of its result.
type digest struct {
	hash   func() hash.Hash
	encode func([]byte) string
}

var (
	base64Sha256 = digest{sha256.New, base64.StdEncoding.EncodeToString}
	base64Sha512 = digest{sha512.New, base64.StdEncoding.EncodeToString}
	hexMD5       = digest{md5.New, hex.EncodeToString}
	hexSha1      = digest{sha1.New, hex.EncodeToString}
	hexSha256    = digest{sha256.New, hex.EncodeToString}
	hexSha512    = digest{sha512.New, hex.EncodeToString}
)

func (d digest) of(data []byte) cty.Value {
	h := d.hash()
	h.Write(data)
	return cty.StringVal(d.encode(h.Sum(nil)))
}

func (d digest) textFunc() function.Function {
	return onTexts(cty.String, func(args []string) (cty.Value, error) { return d.of([]byte(args[0])), nil }, "str")
}

// fileFunc does not ask for UTF-8, other than the function file.
func (d digest) fileFunc(s *Scope) function.Function {
	return onFile(cty.String, func(path string) (cty.Value, error) {
		data, err := s.readFile(path)
		if err != nil {
			return cty.NilVal, err
		}
		return d.of(data), nil
	})
}

var uuidV5Func = onTexts(cty.String, func(args []string) (cty.Value, error) {
	space, ok := map[string]uuid.UUID{
		"dns": uuid.NameSpaceDNS, "url": uuid.NameSpaceURL, "oid": uuid.NameSpaceOID, "x500": uuid.NameSpaceX500,
	}[args[0]]
	if !ok {
		var err error
		if space, err = uuid.Parse(args[0]); err != nil {
			return cty.NilVal, fmt.Errorf("uuidv5() doesn't support namespace %q (%w)", args[0], err)
		}
	}
	return cty.StringVal(uuid.NewSHA1(space, []byte(args[1])).String()), nil
}, "namespace", "name")

// unpredictable makes a function whose result a plan does not show, or shows
// only for the moment: it is always an unknown string.
func unpredictable(varParam *function.Parameter, params ...string) function.Function {
	spec := &function.Spec{
		VarParam:     varParam,
		Type:         function.StaticReturnType(cty.String),
		RefineResult: notNull,
		Impl:         func([]cty.Value, cty.Type) (cty.Value, error) { return cty.UnknownVal(cty.String), nil },
	}
	for _, name := range params {
		spec.Params = append(spec.Params, function.Parameter{Name: name, Type: cty.String})
	}
	return function.New(spec)
}
