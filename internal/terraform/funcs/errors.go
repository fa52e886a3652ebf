package funcs

import (
	"errors"
	"fmt"

	"github.com/zclconf/go-cty/cty/function"
)

// Unreadable says that a file could not be read here. Terraform might read
// it elsewhere, so what depends on it is unknown.
type Unreadable struct {
	Path   string // as the configuration gives it
	Reason string
}

// Error tells the path and the reason.
func (e *Unreadable) Error() string {
	return fmt.Sprintf("read %q: %s", e.Path, e.Reason)
}

// Declined says that a call would cost too much, or give a value that could
// be taken for something else, so it was not made. Terraform would make it.
type Declined struct {
	Reason string
}

// Error tells the reason.
func (e *Declined) Error() string { return e.Reason }

func declinef(format string, args ...any) error {
	return &Declined{Reason: fmt.Sprintf(format, args...)}
}

// Undecided reports whether err, returned by a call, only means that the
// result cannot be known here, and why; every other error is one that
// Terraform would report too.
func Undecided(err error) (reason string, ok bool) {
	if e, ok := errors.AsType[*Unreadable](err); ok {
		return e.Error(), true
	}
	if e, ok := errors.AsType[*Declined](err); ok {
		return e.Error(), true
	}
	return "", false
}

// argError blames an argument. cty's error for that does not unwrap, so
// reasons that the caller asks for stay as they are.
func argError(i int, err error) error {
	if _, ok := Undecided(err); ok {
		return err
	}
	return function.NewArgError(i, err)
}
