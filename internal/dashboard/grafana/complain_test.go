package grafana

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// complainer takes what a check finds wrong: a test, or the mutation test's own list.
type complainer interface {
	Helper()
	Errorf(format string, args ...any)
}

// complaints are what a check found wrong.
type complaints []string

func (c *complaints) Helper() {}

func (c *complaints) Errorf(format string, args ...any) {
	*c = append(*c, fmt.Sprintf(format, args...))
}

func readRoot(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
