package dashboard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/desk"
)

// TestOneDashboardHasThePanelWithTheVerdict covers desks of every size, also one without steps.
func TestOneDashboardHasThePanelWithTheVerdict(t *testing.T) {
	t.Parallel()
	none := desk.BuiltInRules()
	none.Steps = nil
	for name, rules := range map[string]desk.Rules{"built in": desk.BuiltInRules(), "with schedules": weekRules(), "without steps": none} {
		defs, err := All(rules)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, d := range defs {
			if d.VerdictPanel == 0 {
				continue
			}
			for _, p := range d.Dashboard.Panels {
				if p.Panel != nil && p.Panel.Id != nil && int(*p.Panel.Id) == d.VerdictPanel {
					found = append(found, d.UID+": "+p.Panel.Type+" "+*p.Panel.Title)
				}
			}
		}
		if len(found) != 1 || found[0] != Home+": stat Today" {
			t.Errorf("%s: the panels are %q", name, found)
		}
	}
	_, more := definitions(t, desk.BuiltInRules())
	for _, d := range more {
		if d.VerdictPanel != 0 {
			t.Errorf("%s has a verdict too", d.UID)
		}
	}
}

// TestTheViewerKnowsNoDashboardByName reads the source of the viewer and of the page, without their tests.
func TestTheViewerKnowsNoDashboardByName(t *testing.T) {
	t.Parallel()
	all, err := All(desk.BuiltInRules())
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, folder := range []string{"../viewer", "../../web/src"} {
		err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.Contains(path, "node_modules") {
				return err
			}
			isTest := strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".test.ts")
			if isTest || filepath.Ext(path) != ".go" && filepath.Ext(path) != ".ts" {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			read++
			for _, d := range all {
				for _, name := range []string{d.UID, d.Title} {
					if strings.Contains(string(text), name) {
						t.Errorf("%s names the dashboard %q", path, name)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 100 {
		t.Errorf("only %d files were read", read)
	}
}
