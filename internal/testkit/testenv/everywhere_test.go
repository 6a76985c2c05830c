package testenv_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// If a package's tests imported neither testenv nor pgtest, they would run in the environment of the person who
// runs them.
func TestEveryPackagesTestsHaveTheseSurroundings(t *testing.T) {
	const own = "macrowatch/internal/testkit/"
	settled := map[string]bool{}
	err := filepath.WalkDir("../../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && (name == "node_modules" || len(name) > 2 && name[0] == '.') {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir := filepath.Dir(path)
		settled[dir] = settled[dir] || filepath.Base(dir) == "pgtest"
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			settled[dir] = settled[dir] || imported == own+"testenv" || imported == own+"pgtest"
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(settled) < 20 {
		t.Errorf("only %d packages have tests", len(settled))
	}
	for dir, is := range settled {
		if !is {
			t.Errorf("the tests in %s import neither testenv nor pgtest", dir)
		}
	}
}
