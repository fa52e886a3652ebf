package assessment

import (
	"crypto/sha256"
	"encoding/hex"
)

// Fingerprint identifies the same problem across runs and sources: rule,
// account, region and the resource's identity, and no line numbers.
func Fingerprint(rule string, r Resource) string {
	h := sha256.New()
	for _, s := range []string{rule, r.Account, r.Region, r.Root, r.Address} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
