package cli_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"safeguard/internal/cli"
)

// A scan that waits for input ends when it is interrupted.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	stdin, writer := io.Pipe()
	defer writer.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var stdout, stderr bytes.Buffer
	code := cli.Run(ctx, []string{"scan", "-"}, cli.IO{Stdin: stdin, Stdout: &stdout, Stderr: &stderr})
	if code != 2 || !strings.Contains(stderr.String(), "canceled") {
		t.Errorf("got exit code %d and %q, want 2 and that it was canceled", code, stderr.String())
	}
}
