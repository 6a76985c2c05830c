package judge_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/testfiles"
)

// foreignPanels are the panels of other projects' dashboards. refused are the files that the viewer does not read, with its
// reasons. The test is skipped if there are no such files.
func foreignPanels(t *testing.T) (list []dashboardPanel, refused map[string]string) {
	t.Helper()
	refused = map[string]string{}
	for _, file := range testfiles.ForeignDashboards(t) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		panels, err := dashboardPanels(t, name, raw)
		if err != nil {
			refused[name] = err.Error()
		}
		list = append(list, panels...)
	}
	return list, refused
}

// TestOtherProjectsDashboards compares the dashboards of other projects, if there are any. They don't count for the minimum
// numbers of compared values, which the project's own cases reach alone.
func TestOtherProjectsDashboards(t *testing.T) {
	t.Parallel()
	list, refused := foreignPanels(t)
	t.Run("panels are Grafana's", func(t *testing.T) {
		t.Parallel()
		judgePanels(t, list, 0)
	})
	for kind, judge := range kindJudges() {
		if configs := panelSettings(t, list, kind); len(configs) > 0 {
			t.Run(kind+" settings are Grafana's", func(t *testing.T) {
				t.Parallel()
				judgeKind(t, 0, configs, judge.questions, judge.compare)
			})
		}
	}
	t.Run("all are drawn", func(t *testing.T) {
		t.Parallel()
		t.Logf("%d panels were drawn", allAreDrawn(t, list))
		t.Logf("not drawn: %v", otherKindsSaySo(t, list))
	})
	for name, said := range refused {
		if !strings.Contains(said, "33 and later are supported") && !strings.Contains(said,
			"the form of a resource") && !strings.Contains(said, "before version 5") {
			t.Errorf("%s is not read: %s", name, said)
		}
	}
}
