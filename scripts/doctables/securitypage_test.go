package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// testFunction finds the tests and the fuzz targets of a file.
var testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]+)\(`)

// testsOfTheTree returns the names of all tests and fuzz targets.
func testsOfTheTree(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, folder := range []string{"internal", "deploy", "packaging", "scripts", "cmd"} {
		err := filepath.WalkDir(filepath.Join("../..", folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() && d.Name() == "node_modules" {
				return firstOf(err, fs.SkipDir)
			}
			if d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return nil
			}
			text, err := os.ReadFile(path)
			for _, match := range testFunction.FindAllStringSubmatch(string(text), -1) {
				all[match[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func firstOf(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Each test that the docs name is there, and each fuzz target stands on the page about security.
func TestThePagesNameTestsThatExist(t *testing.T) {
	t.Parallel()
	tests, named := testsOfTheTree(t), regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9_]+)`")
	for page, least := range map[string]int{"security.md": 60, "deployment.md": 6} {
		text, err := os.ReadFile(filepath.Join("../../docs", page))
		if err != nil {
			t.Fatal(err)
		}
		names := named.FindAllStringSubmatch(string(text), -1)
		if len(names) < least {
			t.Errorf("%s names only %d tests", page, len(names))
		}
		for _, name := range names {
			if !tests[name[1]] {
				t.Errorf("%s names %s, which is no test", page, name[1])
			}
		}
		for name := range tests {
			if page == "security.md" && strings.HasPrefix(name, "Fuzz") && !strings.Contains(string(text), "`"+name+"`") {
				t.Errorf("%s does not name %s", page, name)
			}
		}
	}
}
