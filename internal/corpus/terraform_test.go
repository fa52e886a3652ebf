package corpus_test

import (
	"testing"

	"safeguard/internal/corpus"
	"safeguard/internal/tftest"
)

// The size of the comparisons with terraform elsewhere.
func TestTerraformPlansCorpus100(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("terraform takes long")
	}
	tf := tftest.Open(t)
	dir := t.TempDir()
	if _, err := corpus.Write(dir, 100, 1); err != nil {
		t.Fatal(err)
	}
	tf.Init(t, dir)
	tf.PlanJSON(t, dir)
}
