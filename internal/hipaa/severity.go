package hipaa

import (
	"fmt"
	"slices"
	"strings"
)

// Severity orders rules and controls by what a violation can do. The zero value
// is no severity and lower than all others.
type Severity uint8

// The severities, in their order and with AWS's meaning.
const (
	Low Severity = iota + 1
	Medium
	High
	Critical
)

var severityNames = [...]string{"", "LOW", "MEDIUM", "HIGH", "CRITICAL"}

// ParseSeverity reads a severity in upper or lower case.
func ParseSeverity(text string) (Severity, error) {
	i := slices.Index(severityNames[:], strings.ToUpper(text))
	if i < 1 {
		return 0, fmt.Errorf("unknown severity %q: want low, medium, high or critical", text)
	}
	return Severity(i), nil
}

// Severities lists all severities, the highest first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low} }

// String is AWS's spelling: "CRITICAL"; "" for the zero value.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("Severity(%d)", uint8(s))
}

// MarshalText gives AWS's spelling.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what ParseSeverity reads.
func (s *Severity) UnmarshalText(text []byte) error {
	parsed, err := ParseSeverity(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}
