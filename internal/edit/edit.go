// Package edit says how bytes of a user's files change. Edits are data: ranges
// against the bytes that were scanned, independent of each other, applied by
// whoever was asked to change files and by nobody else.
package edit

// An Edit replaces the bytes [Start, End) of a file with New. An insertion has
// Start equal to End.
type Edit struct {
	File       string
	Start, End int
	New        string
}
