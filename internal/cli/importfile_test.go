package cli

import (
	"strings"
	"testing"
)

// A directory in place of a file is named once, and called what it is.
func TestADirectoryIsNotAFileToImport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, kind := range []string{"prices", "signals", "portfolio-states"} {
		r := runMain(t, "import", kind, "--dry-run", "--database-url", "postgres://nobody@127.0.0.1:1/none", dir)
		if r.status != exitFailed || strings.Count(r.errout, dir) != 1 || !strings.Contains(r.errout, "is a directory") || strings.Contains(r.errout, "read: read") {
			t.Errorf("%s: %d %q", kind, r.status, r.errout)
		}
	}
}
