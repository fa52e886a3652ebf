package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"safeguard/internal/edit"
	"safeguard/internal/fix"
	"safeguard/internal/hipaa"
)

// git runs git in a directory and returns what it prints.
func git(ctx context.Context, dir string, stdin []byte, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...)
	cmd.Stdin = bytes.NewReader(stdin)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %s", args[0], cmp.Or(strings.TrimSpace(errs.String()), err.Error()))
	}
	return strings.TrimRight(string(out), "\n"), nil
}

// workTree is the top of the git work tree that dir is in, "" if it is in none.
func workTree(ctx context.Context, dir string) string {
	top, err := git(ctx, dir, nil, "rev-parse", "--show-toplevel")
	if err != nil {
		return ""
	}
	return top
}

// cleanTree is an error if dir is in a git work tree with changes: what a
// person typed and what fix wrote could not be told apart any more.
func cleanTree(ctx context.Context, dir string) error {
	if workTree(ctx, dir) == "" {
		return nil
	}
	changes, err := git(ctx, dir, nil, "status", "--porcelain", "--untracked-files=no")
	if err != nil {
		return err
	}
	if changes != "" {
		first, _, _ := strings.Cut(changes, "\n")
		return fmt.Errorf("the git work tree has changes (%s, ...): commit or stash them, or pass --force", strings.TrimSpace(first))
	}
	return nil
}

// writePatch writes all changes as a patch that `git apply` takes at the top of
// the work tree, or in dir if that is in none.
func writePatch(ctx context.Context, file, dir string, plan *fix.Plan) error {
	top := cmp.Or(workTree(ctx, dir), dir)
	var patch []byte
	for _, f := range plan.Files {
		name, err := from(top, f.Path)
		if err != nil {
			return err
		}
		patch = append(patch, edit.Diff(name, f.Before, f.After)...)
	}
	return edit.Write(file, patch)
}

// from is a path as it is from the directory, links resolved.
func from(top, path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		abs = filepath.Join(dir, filepath.Base(abs))
	}
	if topAbs, err := filepath.Abs(top); err == nil {
		top = topAbs
	}
	if real, err := filepath.EvalSymlinks(top); err == nil {
		top = real
	}
	rel, err := filepath.Rel(top, abs)
	return filepath.ToSlash(rel), err
}

// commitItems writes the items in the order in which they were proved and
// makes a commit of each.
func commitItems(ctx context.Context, dir string, plan *fix.Plan, progress io.Writer) error {
	if workTree(ctx, dir) == "" {
		return fmt.Errorf("--commit: %s is in no git work tree", dir)
	}
	for _, item := range plan.Order() {
		if len(item.Files) == 0 {
			continue // what it needs, another one changed
		}
		if err := writeFiles(item.Files); err != nil {
			return err
		}
		args := []string{"commit", "--quiet", "--file=-", "--"}
		var paths []string
		for _, f := range item.Files {
			abs, err := filepath.Abs(f.Path)
			if err != nil {
				return err
			}
			paths = append(paths, abs)
		}
		if _, err := git(ctx, dir, nil, append([]string{"add", "--"}, paths...)...); err != nil {
			return err
		}
		if _, err := git(ctx, dir, []byte(commitMessage(item)), append(args, paths...)...); err != nil {
			return errors.Join(err, errors.New("the changes of this item are written and not committed"))
		}
		fmt.Fprintf(progress, "committed %s at %s\n", item.Rule, placeOf(dir, item))
	}
	return nil
}

// placeOf is where an item is, seen from dir.
func placeOf(dir string, item *fix.Item) string {
	if item.Location.File == "" {
		return "account level"
	}
	return fmt.Sprintf("%s:%d", fix.Relative(dir, item.Location.File), item.Location.Line)
}

// commitMessage cites the rule, the law and the resources.
func commitMessage(item *fix.Item) string {
	facts, _ := hipaa.Lookup(item.Rule)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", facts.Title)
	fmt.Fprintf(&b, "AWS Config rule: %s\n", facts.Name)
	fmt.Fprintf(&b, "HIPAA: %s\n\n", strings.Join(facts.Citations, ", "))
	for _, r := range item.Results {
		fmt.Fprintf(&b, "- %s\n", r.Resource.Address)
	}
	for _, n := range item.Notes {
		fmt.Fprintf(&b, "\n%s\n", strings.ReplaceAll(n, string(os.PathSeparator), "/"))
	}
	return b.String()
}
