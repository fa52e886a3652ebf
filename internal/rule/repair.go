package rule

import "safeguard/internal/graph"

// A Repair says what would make a target compliant, as changes in Terraform's
// own terms: package fix writes them as native syntax or JSON, next to the
// resource, in its module, or where a variable's value is defined. The zero
// Repair means that there is no automatic one, and the guidance from hipaa
// applies.
//
// A repair is a proposal: fix keeps it only if the finding is gone afterwards
// and no other verdict got worse. It must be a pure function of the target, and
// propose nothing for a target that is compliant.
type Repair struct {
	Changes []Change
	// Why says why nothing is proposed for this target, for the table of what
	// is left to people: "another account owns the bucket".
	Why string
	// Notes are what whoever applies it should know, for the table of what is
	// fixed: "the user is without permissions for a moment".
	Notes []string
}

// A Change is one step of a repair: Set, Append, Unset, Tag, Add, Statement,
// Narrow, Encoded, Retype, Redirect or Allow, Need.
//
// Code in a change is Terraform's native syntax. Some names in it stand for
// what only fix knows: self is the target as an expression ("self.id" becomes
// aws_s3_bucket.data[each.key].id), shared.NAME is one of the pieces that a
// configuration has once, such as shared.log_bucket.id: found if the
// configuration has it, made if not, and passed into modules by a variable; and
// argument.NAME, in Set, is what is written for that argument of the block.
// shared.account.id is the id of the AWS account. In depends_on, shared.NAME is
// what makes the piece usable, such as the policy of a bucket.
type Change interface{ change() }

// Set merges code into a block. Arguments are set: changed where they are
// written, or where the variable or local that they consist of is defined if
// nothing else depends on it. Nested blocks are merged into those of the same
// type, and added where there is none.
type Set struct {
	On   *graph.Resource // whose block; nil is the target
	At   graph.Location  // of a nested block of On; zero is On itself
	Code string          // storage_encrypted = true
}

// Append adds nested blocks of which there may be several, such as rules.
type Append struct {
	On   *graph.Resource
	At   graph.Location
	Code string
}

// Unset removes arguments and nested blocks by name.
type Unset struct {
	On    *graph.Resource
	At    graph.Location
	Names []string
}

// Exchange puts other strings in the place of some in an argument, which is a
// string or a list of them: where they are written, be it in a variable, a local,
// the call of a module or the items of a for_each, if nothing else depends on it.
type Exchange struct {
	On   *graph.Resource
	At   graph.Location // of the argument
	Name string         // of the argument
	Old  []string
	// New is what takes their place; the zero value leaves them out of a list.
	New Strings
	// Of tells apart what one block stands for, by its repetition or by calls of
	// its module, if not all of it is to change: only what has these numbers in
	// these arguments.
	Of map[string]int
}

// Strings are strings as code: Many for the elements of a list, One for a single
// string.
type Strings struct{ Many, One string }

// Tag gives the target a tag, keeping those that it has. In is the argument that
// holds them; empty is tags.
type Tag struct{ Key, Value, In string }

// Add declares resources beside the target, in its count or for_each. Code holds
// resource and data blocks; a block named "self" is named like the target, and
// "self_x" like the target with the suffix "_x"; later changes of the repair may
// refer to them by these names. Where the module declares a
// resource of the same type for the target already, but not for this instance
// (count is 0), its count is changed instead.
type Add struct {
	Beside *graph.Resource // what is self in the code; nil is the target
	Code   string
	// Another says that it comes besides what the module declares of the type for
	// the target already.
	Another bool
	// Once declares what does not say self for all instances of the target
	// together, without their count or for_each. Only native syntax has it.
	Once bool
}

// Retype makes a resource one of another type: its header and what refers to it.
// Where an Add of the repair declared a resource of the type Ready that refers to
// it, such as an attachment, what depends on the old one waits for that.
type Retype struct {
	On    *graph.Resource
	Type  string
	Ready string // aws_iam_role_policy_attachment
}

// Redirect renames an argument of On that refers to the target, and lets it refer
// to the resource that an Add of the repair declared beside the target as "self",
// of the type To: user = aws_iam_user.a.name becomes group = aws_iam_group.a.name.
// From a list it moves what refers to the target into the list of the other name.
type Redirect struct {
	On   *graph.Resource
	From string // the argument
	As   string // its new name
	To   string // aws_iam_group
}

// Statement adds statements to the policy document in an argument of On: to the
// aws_iam_policy_document that it comes from, to the JSON written there, or by
// a new document with the old one as its source. Code holds statement blocks of
// aws_iam_policy_document.
type Statement struct {
	On   *graph.Resource
	Path string // "policy"
	Code string
}

// Encoded merges code into one of the objects in a list that an argument of On
// holds as JSON, or into the object if that is no list: arguments are set, and
// elements added to lists.
type Encoded struct {
	On    *graph.Resource
	Path  string // container_definitions
	Index int
	Code  string // readonlyRootFilesystem = true
}

// Allow lets a service use a shared key by itself, to encrypt and decrypt: in the
// policy of the key, unless that names the service already. It has no condition,
// since not all services say for which account they use a key.
type Allow struct{ Piece, Service string }

// Need makes a shared piece to which the code need not refer.
type Need struct{ Piece string }

func (Set) change()       {}
func (Append) change()    {}
func (Unset) change()     {}
func (Add) change()       {}
func (Statement) change() {}
func (Tag) change()       {}
func (Allow) change()     {}
func (Need) change()      {}
func (Retype) change()    {}
func (Exchange) change()  {}
func (Redirect) change()  {}
func (Narrow) change()    {}
func (Encoded) change()   {}

// To makes a repair of changes.
func To(changes ...Change) Repair { return Repair{Changes: changes} }

// CannotRepair says why there is no automatic repair for a target.
func CannotRepair(why string) Repair { return Repair{Why: why} }

// With adapts two plain functions to an Assertion: eval decides, repair
// proposes.
func With(eval func(*Target) Verdict, repair func(*Target) Repair) Assertion {
	return repairable{eval, repair}
}

// Unrepaired is an assertion for which there is no safe automatic repair, and
// why: "which ports are needed, the code does not say: ...".
func Unrepaired(eval func(*Target) Verdict, why string) Assertion {
	return With(eval, func(*Target) Repair { return CannotRepair(why) })
}

type repairable struct {
	eval   func(*Target) Verdict
	repair func(*Target) Repair
}

func (r repairable) Eval(t *Target) Verdict  { return r.eval(t) }
func (r repairable) Repair(t *Target) Repair { return r.repair(t) }
