package funcs

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
)

var base64EncodeFunc = onTexts(cty.String, func(args []string) (cty.Value, error) {
	return cty.StringVal(base64.StdEncoding.EncodeToString([]byte(args[0]))), nil
}, "str")

var base64DecodeFunc = onTexts(cty.String, func(args []string) (cty.Value, error) {
	data, err := base64.StdEncoding.DecodeString(args[0])
	if err != nil {
		return cty.NilVal, fmt.Errorf("failed to decode base64 data %q", args[0])
	}
	if !utf8.Valid(data) {
		return cty.NilVal, errors.New("the result of decoding the provided string is not valid UTF-8")
	}
	return cty.StringVal(string(data)), nil
}, "str")

var base64GzipFunc = onTexts(cty.String, func(args []string) (cty.Value, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, args[0]); err != nil {
		return cty.NilVal, fmt.Errorf("failed to write gzip raw data: %w", err)
	}
	// Terraform flushes before it closes, which leaves an empty block in the
	// data.
	if err := w.Flush(); err != nil {
		return cty.NilVal, fmt.Errorf("failed to flush gzip writer: %w", err)
	}
	if err := w.Close(); err != nil {
		return cty.NilVal, fmt.Errorf("failed to close gzip writer: %w", err)
	}
	return cty.StringVal(base64.StdEncoding.EncodeToString(b.Bytes())), nil
}, "str")

var base64GunzipFunc = onTexts(cty.String, func(args []string) (cty.Value, error) {
	data, err := base64.StdEncoding.DecodeString(args[0])
	if err != nil {
		return cty.NilVal, fmt.Errorf("failed to decode base64 data %q", args[0])
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return cty.NilVal, fmt.Errorf("failed to gunzip bytestream: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if err != nil {
		return cty.NilVal, fmt.Errorf("failed to read gunzip raw data: %w", err)
	}
	if err := checkText(len(text)); err != nil {
		return cty.NilVal, err
	}
	if !utf8.Valid(text) {
		return cty.NilVal, &Declined{Reason: "the text is not valid UTF-8"}
	}
	return cty.StringVal(string(text)), nil
}, "str")

var textEncodeBase64Func = onTexts(cty.String, func(args []string) (cty.Value, error) {
	enc, name, err := charset(args[1])
	if err != nil {
		return cty.NilVal, err
	}
	data, err := enc.NewEncoder().Bytes([]byte(args[0]))
	if err != nil {
		return cty.NilVal, function.NewArgErrorf(0, "the given string contains characters that cannot be represented in %s", name)
	}
	return cty.StringVal(base64.StdEncoding.EncodeToString(data)), nil
}, "string", "encoding")

var textDecodeBase64Func = onTexts(cty.String, func(args []string) (cty.Value, error) {
	enc, name, err := charset(args[1])
	if err != nil {
		return cty.NilVal, err
	}
	data, err := base64.StdEncoding.DecodeString(args[0])
	if err != nil {
		if at, ok := errors.AsType[base64.CorruptInputError](err); ok {
			return cty.NilVal, function.NewArgErrorf(0, "the given value has an invalid base64 symbol at offset %d", int64(at))
		}
		return cty.NilVal, function.NewArgErrorf(0, "invalid source string: %w", err)
	}
	text, err := enc.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return cty.NilVal, function.NewArgErrorf(0, "the given string contains symbols that are not defined for %s", name)
	}
	return cty.StringVal(string(text)), nil
}, "source", "encoding")

// charset finds an encoding by its IANA name or alias, and its name.
func charset(alias string) (enc encoding.Encoding, name string, err error) {
	enc, err = ianaindex.IANA.Encoding(alias)
	if err != nil || enc == nil {
		return nil, "", function.NewArgErrorf(1, "%q is not a supported IANA encoding name or alias", alias)
	}
	name, err = ianaindex.IANA.Name(enc)
	if err != nil {
		name = alias
	}
	return enc, name, nil
}

var urlEncodeFunc = onTexts(cty.String, func(args []string) (cty.Value, error) {
	return cty.StringVal(url.QueryEscape(args[0])), nil
}, "str")

var urlDecodeFunc = onTexts(cty.String, func(args []string) (cty.Value, error) {
	text, err := url.QueryUnescape(args[0])
	if err != nil {
		return cty.NilVal, fmt.Errorf("failed to decode URL %q", args[0])
	}
	if !utf8.ValidString(text) {
		return cty.NilVal, errors.New("the result of decoding the provided string is not valid UTF-8")
	}
	return cty.StringVal(text), nil
}, "str")

const maxCSVCells = 1 << 18

// csvLimit: a row becomes an object with an attribute for each column.
func csvLimit(args []cty.Value) error {
	s, ok := known(args, 0)
	if !ok {
		return nil
	}
	if strings.Count(s, ",")+strings.Count(s, "\n") > maxCSVCells {
		return declinef("the table has more than %d cells", maxCSVCells)
	}
	return nil
}
