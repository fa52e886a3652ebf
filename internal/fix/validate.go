package fix

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"

	"safeguard/internal/hipaa"
	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/trial"
)

// A Trial says how to ask terraform about a plan.
type Trial struct {
	Plan      bool     // ask for a plan too, not only for validity
	Variables []string // arguments for terraform plan: -var=, -var-file=
	Environ   []string // as os.Environ gives it
	// Insist makes it an error that terraform cannot be asked. Otherwise the
	// changes go without its proof in roots where it cannot be asked about the
	// code as it is either.
	Insist bool
}

// A Validation says what terraform was asked about a plan.
type Validation struct {
	Roots []string // directories in which terraform finds no new fault, as shown
	// Faulty says what terraform finds wrong without the changes too, by root.
	Faulty map[string]string
	// Unasked says why terraform could not be asked, with or without the changes,
	// by root. Such roots are not among Roots.
	Unasked map[string]string
	// Unplanned says why terraform made no plan, by root.
	Unplanned map[string]string
}

// Validated is Run with a second proof, by terraform itself: an item after
// which terraform validate finds a new fault in an initialised root is not
// fixed, and no item replaces or destroys what the risks do not allow, if a
// plan is asked for. Roots that are not initialised are left out.
//
// The error is for a path that cannot be read, and for a terraform that cannot be
// asked: about the changed code alone, or where how insists.
func Validated(ctx context.Context, dir string, opts Options, how Trial) (*Plan, error) {
	opts.Approve = remembered(opts.Approve)
	rejected := map[string]string{}
	for {
		plan, err := run(ctx, dir, opts, rejected)
		if err != nil {
			return nil, err
		}
		known := len(rejected)
		for i, root := range plan.roots {
			if len(plan.Files) == 0 || !trial.Initialised(root.Dir) {
				continue
			}
			e := &examiner{ctx: ctx, plan: plan, root: i, how: how, risks: opts.Risks,
				try: trial.Root{Dir: root.Dir, Modules: moduleDirs(root.Module, nil), Variables: how.Variables, Environ: how.Environ}}
			wrong, err := e.examine()
			if err != nil {
				if err = e.excuse(err); err != nil {
					return nil, err
				}
			}
			maps.Copy(rejected, wrong)
		}
		if len(rejected) == known {
			return plan, nil
		}
	}
}

// moduleDirs are the directories of a module and of what it calls.
func moduleDirs(m *config.Module, dirs []string) []string {
	if slices.Contains(dirs, m.Dir) {
		return dirs
	}
	dirs = append(dirs, m.Dir)
	for _, c := range m.Calls {
		if c.Module != nil {
			dirs = moduleDirs(c.Module, dirs)
		}
	}
	return dirs
}

// id names an item in all runs on the same files.
func (i *Item) id() string {
	return fmt.Sprintf("%s %s:%d %s", i.Rule, i.Location.File, i.Location.Line, i.Part)
}

// remembered asks about each item once.
func remembered(approve func(*Item) (bool, error)) func(*Item) (bool, error) {
	if approve == nil {
		return nil
	}
	answers := map[string]bool{}
	return func(item *Item) (bool, error) {
		if yes, known := answers[item.id()]; known {
			return yes, nil
		}
		yes, err := approve(item)
		if err == nil {
			answers[item.id()] = yes
		}
		return yes, err
	}
}

// An examiner asks terraform about a plan in one root.
type examiner struct {
	ctx   context.Context
	plan  *Plan
	root  int
	how   Trial
	risks map[hipaa.Risk]bool
	try   trial.Root
	// faulty is a fault that there was before.
	faulty string
}

// examine returns the items to leave out and why, and notes in the plan what
// was found.
func (e *examiner) examine() (map[string]string, error) {
	wrong, err := e.blame(func(files map[string][]byte) ([]trial.Fault, error) {
		return e.try.Validate(e.ctx, files)
	})
	if err != nil || wrong != nil {
		return wrong, err
	}
	v := &e.plan.Validation
	v.Roots = append(v.Roots, e.try.Dir)
	if e.faulty != "" {
		v.Faulty = with(v.Faulty, e.try.Dir, e.faulty)
		return nil, nil
	}
	if !e.how.Plan {
		return nil, nil
	}
	before, faults, err := e.try.Plan(e.ctx, nil)
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		v.Unplanned = with(v.Unplanned, e.try.Dir, faults[0].String())
		return nil, nil
	}
	var after []trial.Change
	wrong, err = e.blame(func(files map[string][]byte) ([]trial.Fault, error) {
		changes, faults, err := e.try.Plan(e.ctx, files)
		after = changes
		return faults, err
	})
	if err != nil || wrong != nil {
		return wrong, err
	}
	return e.effects(before, after), nil
}

// excuse notes in the plan that terraform cannot be asked, if that is no fault of
// the changes and nobody insists. Otherwise it returns the error.
func (e *examiner) excuse(err error) error {
	_, before := e.try.Validate(e.ctx, nil)
	switch {
	case e.ctx.Err() != nil:
		return e.ctx.Err()
	case before == nil:
		return fmt.Errorf("%w: of the code as it is, terraform has an opinion: nothing is written: pass --validate=false to go without it", err)
	case e.how.Insist:
		return fmt.Errorf("%w: so it is without the changes: mend terraform there, or pass --validate=false", err)
	}
	e.plan.Validation.Unasked = with(e.plan.Validation.Unasked, e.try.Dir, err.Error())
	return nil
}

func with(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

// blame finds the first item, in the order of their proofs, after which there
// are faults that were not there before all of them; nil if there is none.
func (e *examiner) blame(faults func(map[string][]byte) ([]trial.Fault, error)) (map[string]string, error) {
	order := e.plan.Order()
	last, err := faults(after(order))
	if err != nil || len(last) == 0 {
		return nil, err
	}
	known, err := faults(nil)
	if err != nil {
		return nil, err
	}
	if len(known) > 0 {
		e.faulty = known[0].String()
	}
	if last = newFaults(known, last); len(last) == 0 {
		return nil, nil
	}
	good, bad := 0, len(order) // numbers of items
	for bad-good > 1 {
		half := (good + bad) / 2
		found, err := faults(after(order[:half]))
		if err != nil {
			return nil, err
		}
		if found = newFaults(known, found); len(found) > 0 {
			bad, last = half, found
		} else {
			good = half
		}
	}
	return map[string]string{order[bad-1].id(): "terraform would not accept the code: " + last[0].String()}, nil
}

// newFaults are those that are not among the known ones, wherever they stand.
func newFaults(known, faults []trial.Fault) []trial.Fault {
	left := map[trial.Fault]int{}
	for _, f := range known {
		f.Line = 0
		left[f]++
	}
	var found []trial.Fault
	for _, f := range faults {
		at := f
		at.Line = 0
		if left[at]--; left[at] < 0 {
			found = append(found, f)
		}
	}
	return found
}

// after is the files as the items make them, one after the other.
func after(items []*Item) map[string][]byte {
	files := map[string][]byte{}
	for _, item := range items {
		for _, f := range item.Files {
			files[f.Path] = f.After
		}
	}
	return files
}

// effects gives each item the changes that terraform plans for what it changed,
// and returns the items that replace or destroy without leave.
func (e *examiner) effects(before, after []trial.Change) map[string]string {
	planned := map[string]trial.Change{}
	for _, c := range before {
		planned[c.Address] = c
	}
	after = slices.DeleteFunc(after, func(c trial.Change) bool { return planned[c.Address] == c })
	wrong := map[string]string{}
	for _, item := range e.plan.Order() {
		touched := e.touched(item)
		for _, c := range after {
			if !touched(c) {
				continue
			}
			item.Effects = append(item.Effects, c)
			if (c.Action == trial.Replace || c.Action == trial.Destroy) && !e.risks[hipaa.RiskReplacement] {
				wrong[item.id()] = fmt.Sprintf("terraform would %s %s: let that in with --risk replacement", c.Action, c.Address)
			}
		}
		slices.SortStableFunc(item.Effects, func(a, b trial.Change) int { return cmp.Compare(a.Address, b.Address) })
	}
	return wrong
}

// touched tells which resources an item is about or whose blocks it changes.
func (e *examiner) touched(item *Item) func(trial.Change) bool {
	root := e.plan.roots[e.root]
	about := map[string]bool{}
	for _, r := range item.Results {
		about[r.Resource.Address] = true
	}
	blocks := map[string]map[string]bool{} // by directory
	for _, f := range item.Files {
		dir := path.Dir(f.Path)
		if blocks[dir] == nil {
			blocks[dir] = map[string]bool{}
		}
		maps.Copy(blocks[dir], changedBlocks(f))
	}
	return func(c trial.Change) bool {
		if about[c.Address] {
			return true
		}
		s, err := siteOf(root, c.Module)
		return err == nil && blocks[s.module.Dir][c.Type+"."+c.Name]
	}
}
