package cli_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"

	"safeguard/internal/cli"
)

var update = flag.Bool("update", false, "rewrite what the scripts expect")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"safeguard": safeguard, "talk": talk})
}

// safeguard is the program, but for its clock and its resolver.
func safeguard() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(cli.Run(ctx, os.Args[1:], cli.IO{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(),
		Now: clock, LookupHost: lookupHost,
	}))
}

func clock() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 5, time.UTC) }

// TestScripts runs the command lines of testdata. Besides testscript's own
// commands the scripts have
//
//	exits CODE PROGRAM [ARG...]  like exec, for a program that exits with CODE
//	narrow FILE [WIDTH]          no line of FILE is wider than WIDTH (80) that
//	                             could be broken at a space
//	repeat N TEXT FILE           write TEXT N times into FILE
//	nest N OPEN CLOSE FILE       write N times OPEN, 1, and N times CLOSE
//	write TEXT FILE              write TEXT, with \n and \xNN, into FILE
//	fakeaws                      an account to audit, served like AWS
//	fakevpc [BREAK...]           a private network with a database, and AWS around it
//	network ACTION               does something to the network, or waits for it
//	database DSN                 what the database's name in that network leads to
//	busy                         has a local port in use, $BUSY
//	await FILE TEXT              waits until FILE has TEXT
//
// the program talk, which sends lines through a tunnel and prints the answers,
// and the condition root, under which no file is unreadable.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, scripts(t, "testdata"))
}

// scripts are the parameters of the scripts in a directory.
func scripts(t *testing.T, dir string) testscript.Params {
	t.Helper()
	bin, err := exec.LookPath("safeguard")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	return testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("BIN", filepath.Dir(bin))
			env.Setenv("EXAMPLES", examples)
			env.Values[vpcKey{}] = new(*vpc)
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":  exits,
			"narrow": narrow,
			"repeat": repeat,
			"nest":   nest,
			"write":  write,

			"fakeaws": fakeaws,
			"fakevpc": fakevpc,
			"network": networkCommand,
			"busy":    busy,
			"await":   await,

			"database": database,
		},
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG...]")
	}
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if want := args[0]; strconv.Itoa(code) != want {
		ts.Fatalf("got exit code %d, want %s", code, want)
	}
}

func narrow(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: narrow FILE [WIDTH]")
	}
	width := 80
	if len(args) == 2 {
		width = number(ts, args[1])
	}
	sc := bufio.NewScanner(strings.NewReader(ts.ReadFile(args[0])))
	lines := 0
	for sc.Scan() {
		lines++
		line := sc.Text()
		if utf8.RuneCountInString(line) > width && strings.Contains(strings.TrimSpace(line), " ") {
			ts.Fatalf("%s:%d is wider than %d: %s", args[0], lines, width, line)
		}
	}
	if lines == 0 {
		ts.Fatalf("%s is empty", args[0])
	}
}

func repeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: repeat N TEXT FILE")
	}
	put(ts, args[2], strings.Repeat(unquote(ts, args[1]), number(ts, args[0])))
}

func nest(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: nest N OPEN CLOSE FILE")
	}
	n := number(ts, args[0])
	put(ts, args[3], "locals {\n  deep = "+strings.Repeat(args[1], n)+"1"+strings.Repeat(args[2], n)+"\n}\n")
}

func write(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: write TEXT FILE")
	}
	put(ts, args[1], unquote(ts, args[0]))
}

func put(ts *testscript.TestScript, file, text string) {
	ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o644))
}

func number(ts *testscript.TestScript, s string) int {
	n, err := strconv.Atoi(s)
	ts.Check(err)
	return n
}

func unquote(ts *testscript.TestScript, s string) string {
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	ts.Check(err)
	return text
}
