package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
)

func project(t *testing.T) (root string, packages packageMap) {
	t.Helper()
	root, err := moduleRoot(".")
	if err != nil {
		t.Fatal(err)
	}
	if packages, err = readPackages(root); err != nil {
		t.Fatal(err)
	}
	if len(packages) < 20 {
		t.Fatalf("only %d packages were found", len(packages))
	}
	return root, packages
}

func read(t *testing.T, root, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestTheDrawingIsCurrent(t *testing.T) {
	root, packages := project(t)
	document := read(t, root, "CONTRIBUTING.md")
	want, err := replaced(document, drawing(packages))
	if err != nil {
		t.Fatal(err)
	}
	if document != want {
		t.Error("the drawing in CONTRIBUTING.md is not current; run: make generate")
	}
}

func TestTheTableNamesEveryPackageOnce(t *testing.T) {
	root, packages := project(t)
	rows := map[string]int{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9/]+)` \\|").FindAllStringSubmatch(read(t, root, "CONTRIBUTING.md"), -1) {
		rows[row[1]]++
	}
	for folder := range packages {
		if rows[folder] != 1 {
			t.Errorf("the table in CONTRIBUTING.md names %s %d times", folder, rows[folder])
		}
	}
	for folder := range rows {
		if _, err := os.Stat(filepath.Join(root, folder)); err != nil {
			t.Errorf("the table in CONTRIBUTING.md names %s, which is not there", folder)
		}
	}
}

// depguard itself says nothing about a package for which there are no rules.
func TestEveryPackageHasImportRules(t *testing.T) {
	root, packages := project(t)
	var lists map[string]struct {
		Files []string `yaml:"files"`
	}
	if err := yaml.Unmarshal([]byte(read(t, root, ".depguard.yaml")), &lists); err != nil {
		t.Fatal(err)
	}
	covered := map[string]bool{}
	for name, list := range lists {
		covered[name] = slices.Contains(list.Files, "**/"+name+"/*.go")
	}
	for folder := range packages {
		if drawn(folder) && !covered[folder] {
			t.Errorf(".depguard.yaml has no list %q for the files **/%[1]s/*.go", folder)
		}
	}
	for name := range lists {
		if _, is := packages[name]; !is {
			t.Errorf(".depguard.yaml has a list for %s, which is no package", name)
		}
	}
}

func TestNoPartImportsItselfThroughOthers(t *testing.T) {
	_, packages := project(t)
	parts := map[string][]string{}
	for folder, imports := range packages {
		for _, to := range imports {
			if part(to) != part(folder) && drawn(folder) {
				parts[part(folder)] = append(parts[part(folder)], part(to))
			}
		}
	}
	for _, p := range slices.Sorted(maps.Keys(parts)) {
		for _, next := range parts[p] {
			if reaches(parts, next, p, map[string]bool{}) {
				t.Errorf("%s imports %s, which imports %[1]s again", p, next)
			}
		}
	}
}

func TestADrawing(t *testing.T) {
	got := drawing(packageMap{
		"cmd/program":         {"internal/shop"},
		"internal/shop":       {"internal/shop/till", "internal/coin"},
		"internal/shop/till":  {"internal/coin"},
		"internal/coin":       {},
		"internal/testkit/at": {"internal/shop"},
	})
	want := `
The parts. An arrow is an import. A → C is left out where A → B → C is drawn.

'''mermaid
graph TD
  cmd_program["cmd/program"]
  coin["coin"]
  shop["shop"]
  cmd_program --> shop
  shop --> coin
'''

Inside 'shop':

'''mermaid
graph TD
  shop["shop"]
  till["till"]
  shop --> till
'''

`
	if want = strings.ReplaceAll(want, "'", "`"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWaysThatOthersImplyAreLeftOut(t *testing.T) {
	graph := map[string][]string{"a": {"b", "c", "d"}, "b": {"c"}, "c": {"e"}}
	for _, c := range []struct {
		from, to string
		want     bool
	}{{"a", "b", false}, {"a", "c", true}, {"a", "d", false}, {"b", "c", false}, {"c", "e", false}} {
		t.Run(c.from+" to "+c.to, func(t *testing.T) {
			if got := implied(graph, c.from, c.to); got != c.want {
				t.Errorf("implied: %v", got)
			}
		})
	}
}

func TestADocumentWithoutThePlaceForTheDrawingIsAnError(t *testing.T) {
	for _, document := range []string{"", begin, end, end + begin} {
		if _, err := replaced(document, "x"); err == nil {
			t.Errorf("%q takes a drawing", document)
		}
	}
	got, err := replaced("before\n"+begin+"old"+end+"after\n", "new\n")
	if want := "before\n" + begin + "new\n" + end + "after\n"; err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
}
