package internal_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// online lists the packages below internal that may open connections: those
// that speak with AWS or a database, the command line that starts them, and the
// generator of the schema, which is no part of the program; and the workbooks,
// whose library reaches net/http for the type of a picture; and what gives tests a
// database. Every other package
// is offline, and so is everything that it imports.
var online = []string{"audit", "audit/...", "cli", "history", "history/...", "tunnel", "tunnel/...", "pgtest", "terraform/schema/generate/...", "workbook"}

// addresses are the names of package net that offline packages may know: what
// computes with addresses. Hardware addresses are read from the kernel.
var addresses = []string{"CIDRMask", "IP", "IPMask", "IPNet", "IPv4len", "IPv4zero", "IPv6len", "IPv6zero", "ParseCIDR", "ParseIP", "Interface", "Interfaces"}

// sockets are the names of packages of system calls that open connections.
var sockets = []string{"Socket", "Connect", "SYS_SOCKET", "SYS_CONNECT", "RawConn"}

// netOffline are packages of the standard library that use net for addresses alone.
var netOffline = []string{"crypto/x509"}

// A listed is a package as go list describes it.
type listed struct {
	ImportPath, Dir  string
	Standard         bool
	Imports, GoFiles []string
}

// TestOffline proves that what scan, inspect, rules, plan and fix are made of
// cannot open a network connection: no package of ours outside of online, and
// nothing that these packages import however far, knows how.
func TestOffline(t *testing.T) {
	t.Parallel()
	var roots []string
	for _, p := range list(t, "./...") {
		if pkg, ours := strings.CutPrefix(p.ImportPath, module); ours && !slices.ContainsFunc(online, func(o string) bool { return covers(o, pkg) }) {
			roots = append(roots, p.ImportPath)
		}
	}
	if !slices.Contains(roots, module+"scan") {
		t.Fatal("the scan is not among the offline packages")
	}
	for _, p := range list(t, append([]string{"-deps"}, roots...)...) {
		switch {
		case p.ImportPath == "net/http" || p.ImportPath == "crypto/tls":
			t.Errorf("an offline package reaches %s", p.ImportPath)
		case p.Standard:
			if slices.Contains(p.Imports, "net") && !slices.Contains(netOffline, p.ImportPath) {
				t.Errorf("an offline package reaches %s, which imports net", p.ImportPath)
			}
		default:
			for _, file := range p.GoFiles {
				dials(t, filepath.Join(p.Dir, file))
			}
		}
	}
}

// dials reports the names in a file with which a connection could be opened.
func dials(t *testing.T, path string) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]func(name string) bool{} // by the name of the import in this file
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		name := imported[strings.LastIndex(imported, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		switch imported {
		case "net":
			allowed[name] = func(name string) bool { return slices.Contains(addresses, name) }
		case "syscall", "golang.org/x/sys/unix", "golang.org/x/sys/windows":
			allowed[name] = func(name string) bool { return !slices.Contains(sockets, name) }
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := sel.X.(*ast.Ident); ok && allowed[pkg.Name] != nil && !allowed[pkg.Name](sel.Sel.Name) {
			t.Errorf("%s: an offline package reaches %s.%s", fset.Position(sel.Pos()), pkg.Name, sel.Sel.Name)
		}
		return true
	})
}

// list runs go list in this directory.
func list(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Dir,Standard,Imports,GoFiles"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var ps []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return ps
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		ps = append(ps, p)
	}
}
