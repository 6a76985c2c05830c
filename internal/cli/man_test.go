package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestManualHasAPageForEveryCommand(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "man1")
	r := runMain(t, "man", "--dir", dir)
	if r.status != exitOK || r.errout != "" {
		t.Fatalf("%d %s", r.status, r.errout)
	}
	for _, command := range everyCommand(newApp(Streams{}).rootCommand()) {
		path := filepath.Join(dir, strings.ReplaceAll(command, " ", "-")+".1")
		if !strings.Contains(r.out, path+"\n") {
			t.Errorf("%s is not printed", path)
		}
		page, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, want := range []string{".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH SEE ALSO", "--config"} {
			if !strings.Contains(string(page), want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
	}
	if pages, _ := filepath.Glob(filepath.Join(dir, "*")); len(pages) != strings.Count(r.out, "\n") {
		t.Errorf("%d pages are written, and %d are printed", len(pages), strings.Count(r.out, "\n"))
	}
}
