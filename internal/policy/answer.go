package policy

import (
	"fmt"
	"slices"
	"strings"

	"safeguard/internal/logic"
)

// An Answer is what a document says about a question, and why.
type Answer struct {
	Truth logic.Truth
	// Statement is the statement that decides it, or comes nearest to; nil if
	// there is none.
	Statement *Statement
	// Action is the action of the statement, as written, that decides it; "" if
	// none does.
	Action string
	// Reason is a clause for a person: "Statement[0] (Public) allows
	// s3:GetObject to everyone".
	Reason string
	// Causes say why an Unknown answer is not known, as the holes tell.
	Causes []string
}

// open makes an answer Unknown because of a statement.
func openAnswer(s *Statement, format string, args ...any) Answer {
	return Answer{Statement: s, Reason: s.String() + " " + fmt.Sprintf(format, args...), Causes: s.causes()}
}

func decided(t logic.Truth, s *Statement, format string, args ...any) Answer {
	return Answer{Truth: t, Statement: s, Reason: s.String() + " " + fmt.Sprintf(format, args...)}
}

// anyStatement asks every statement and answers True with the first that does,
// else Unknown with the first that leaves it open and with the causes of all
// that do, else False with what otherwise says.
func (d *Document) anyStatement(ask func(*Statement) Answer, otherwise string) Answer {
	result := Answer{Truth: logic.False, Reason: otherwise}
	for i := range d.Statements {
		switch a := ask(&d.Statements[i]); a.Truth {
		case logic.True:
			return a
		case logic.Unknown:
			if result.Truth == logic.Unknown {
				result.Causes = merge(result.Causes, a.Causes)
				continue
			}
			result = a
		case logic.False:
			if result.Truth == logic.False && a.Reason != "" {
				result = a
			}
		}
	}
	return result
}

func merge(a, b []string) []string {
	a = slices.Clone(a)
	for _, c := range b {
		if !slices.Contains(a, c) {
			a = append(a, c)
		}
	}
	return a
}

// show is a list of patterns for a message.
func show(patterns []string) string {
	shown := make([]string, len(patterns))
	for i, p := range patterns {
		shown[i] = Display(p)
	}
	return strings.Join(shown, ", ")
}
