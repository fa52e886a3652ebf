package hipaa

import "embed"

// startFiles hold the code to start from, a file for each rule. Ids, names and
// numbers of accounts in it are made up.
//
//go:embed data/start/*.tf
var startFiles embed.FS

// StartingCode returns Terraform code from which people start where only they
// can make a resource compliant: because it is built anew, or concerns the
// account. It stands by itself and is valid. "" means that no code does it.
func (r *Rule) StartingCode() string {
	code, err := startFiles.ReadFile("data/start/" + r.Identifier + ".tf")
	if err != nil {
		return ""
	}
	return string(code)
}
