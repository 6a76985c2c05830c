package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/cli"
	"macrowatch/internal/dashboard"
	"macrowatch/internal/desk"
	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
)

func TestTheTablesAreCurrent(t *testing.T) {
	for _, table := range tables() {
		raw, err := os.ReadFile(filepath.Join("../..", table.document))
		if err != nil {
			t.Fatal(err)
		}
		want, err := table.in(string(raw))
		if err != nil {
			t.Fatal(err)
		}
		if string(raw) != want {
			t.Errorf("the table of %s in %s is not current; run: make generate", table.name, table.document)
		}
	}
}

func TestADocumentWithoutThePlaceOfATableIsRefused(t *testing.T) {
	for _, table := range tables() {
		if _, err := table.in("# A page\n"); err == nil || !strings.Contains(err.Error(), "lacks the lines") {
			t.Errorf("the error for %s is %v", table.document, err)
		}
	}
}

func TestUsesThatDifferNameTheirCommands(t *testing.T) {
	uses := []cli.Use{{Commands: []string{"serve"}}, {Commands: []string{"risk", "import", "exec"}}, {Commands: []string{"demo"}}}
	for want, texts := range map[string][]string{
		"the same":                            {"the same", "the same", "the same"},
		"`demo`: another\nothers: the same":   {"the same", "the same", "another"},
		"`serve`: a\n`demo`: c\nothers: b":    {"a", "b", "c"},
		"`serve`, `demo`: two\nothers: three": {"two", "three", "two"},
	} {
		if got := byCommand(uses, texts); got != want {
			t.Errorf("%v read %q, want %q", texts, got, want)
		}
	}
}

// A panel without a row would be a number without a meaning.
func TestEveryPanelHasARowWithItsDescription(t *testing.T) {
	page, err := numbers()
	if err != nil {
		t.Fatal(err)
	}
	defs, err := dashboard.All(desk.BuiltInRules())
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, def := range defs {
		_, section, found := strings.Cut(page, "## "+def.Title+"\n")
		if !found {
			t.Errorf("there is no section for %s", def.Title)
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for _, p := range panels(def.Dashboard) {
			rows++
			if !strings.Contains(section, row(text(p.Title), text(p.Description))) || len(*p.Description) < 20 {
				t.Errorf("%s: no row says what %q means", def.Title, *p.Title)
			}
		}
	}
	if got := strings.Count(page, "\n| ") - 2*len(defs); got != rows || rows < 30 {
		t.Errorf("%d rows for %d panels", got, rows)
	}
}
