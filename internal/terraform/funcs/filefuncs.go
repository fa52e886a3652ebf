package funcs

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// onFile makes a function of one path.
func onFile(result cty.Type, impl func(path string) (cty.Value, error)) function.Function {
	return onTexts(result, func(args []string) (cty.Value, error) {
		v, err := impl(args[0])
		if err != nil {
			return cty.NilVal, argError(0, err)
		}
		return v, nil
	}, "path")
}

func fileFunc(s *Scope) function.Function {
	return onFile(cty.String, func(path string) (cty.Value, error) {
		text, err := s.readText(path)
		if err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(text), nil
	})
}

func fileBase64Func(s *Scope) function.Function {
	return onFile(cty.String, func(path string) (cty.Value, error) {
		data, err := s.readFile(path)
		if err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(base64.StdEncoding.EncodeToString(data)), nil
	})
}

// readText reads a file of UTF-8 text. Text that looks like a placeholder
// would be taken for one later, so it counts as unreadable.
func (s *Scope) readText(path string) (string, error) {
	data, err := s.readFile(path)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(data) {
		return "", fmt.Errorf("contents of %q are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead", path)
	}
	text := string(data)
	if placeholderIndex(text) >= 0 {
		return "", &Unreadable{path, "the file holds private-use characters (U+E000 to U+E002)"}
	}
	return text, nil
}

func fileExistsFunc(s *Scope) function.Function {
	return onFile(cty.Bool, func(path string) (cty.Value, error) {
		full, err := s.locate(path)
		if err != nil {
			return cty.NilVal, err
		}
		info, err := s.Files.Stat(full)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return cty.False, nil
		case err != nil:
			return cty.NilVal, &Unreadable{path, reason(err)}
		case !info.Mode().IsRegular():
			return cty.NilVal, fmt.Errorf("%q: %s", path, kind(info.Mode()))
		}
		return cty.True, nil
	})
}

var basenameFunc = onFile(cty.String, func(path string) (cty.Value, error) {
	return cty.StringVal(filepath.Base(path)), nil
})

var dirnameFunc = onFile(cty.String, func(path string) (cty.Value, error) {
	return cty.StringVal(filepath.Dir(path)), nil
})

func absPathFunc(s *Scope) function.Function {
	return onFile(cty.String, func(path string) (cty.Value, error) {
		if !filepath.IsAbs(path) {
			if s.BaseDir == "" {
				return cty.NilVal, &Unreadable{path, "the directory of the configuration is not known"}
			}
			path = filepath.Join(s.BaseDir, path)
		}
		return cty.StringVal(filepath.ToSlash(filepath.Clean(path))), nil
	})
}

func pathExpandFunc(s *Scope) function.Function {
	return onFile(cty.String, func(path string) (cty.Value, error) {
		expanded, err := s.expandHome(path)
		if err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(expanded), nil
	})
}
