package render_test

import (
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/render"
)

// A hidden query with the refId LeftOut says in its rows what the panel leaves out. It is not run if a hidden query with the refId
// MayLeaveOut says that there is nothing. No other hidden query is run.
func TestAPanelSaysWhichRowsItLeavesOut(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for target, want := range map[string]string{
		`{"refId": "LeftOut", "hide": true, "format": "table", "rawSql": "SELECT 'two rows' AS notice UNION ALL SELECT 'and one' ORDER BY 1"}`:                                                            "and one|two rows",
		`{"refId": "LeftOut", "hide": true, "format": "table", "rawSql": "SELECT ''::text AS notice"}`:                                                                                                    "",
		`{"refId": "LeftOut", "hide": true, "format": "table", "rawSql": "SELECT 'x'::text AS notice WHERE false"}`:                                                                                       "",
		`{"refId": "B", "hide": true, "format": "table", "rawSql": "SELECT 'two rows' AS notice"}`:                                                                                                        "",
		`{"refId": "LeftOut", "hide": true, "format": "table", "rawSql": "SELECT 1 / 0"}`:                                                                                                                 "Whether rows are left out could not be looked up: ",
		`{"refId": "LeftOut", "hide": true, "format": "table", "rawSql": "SELECT 'two rows' AS notice"}, {"refId": "MayLeaveOut", "hide": true, "format": "table", "rawSql": "SELECT false"}`:             "",
		`{"refId": "LeftOut", "hide": true, "format": "table", "rawSql": "SELECT 'two rows' AS notice"}, {"refId": "MayLeaveOut", "hide": true, "format": "table", "rawSql": "SELECT true"}`:              "two rows",
		`{"refId": "LeftOut", "hide": true, "format": "table", "rawSql": "SELECT 'two rows' AS notice"}, {"refId": "MayLeaveOut", "hide": true, "format": "table", "rawSql": "SELECT NULL::boolean"}`:     "two rows",
		`{"refId": "LeftOut", "hide": true, "format": "table", "rawSql": "SELECT 'two rows' AS notice"}, {"refId": "MayLeaveOut", "hide": true, "format": "table", "rawSql": "SELECT 0"}`:                 "two rows",
		`{"refId": "LeftOut", "hide": true, "format": "table", "rawSql": "SELECT 'two rows' AS notice"}, {"refId": "MayLeaveOut", "hide": true, "format": "table", "rawSql": "SELECT false WHERE false"}`: "two rows",
		`{"refId": "LeftOut", "hide": true, "format": "table", "rawSql": "SELECT 'two rows' AS notice"}, {"refId": "MayLeaveOut", "hide": true, "format": "table", "rawSql": "SELECT 1 / 0"}`:             "two rows",
		`{"refId": "LeftOut", "hide": true, "format": "table", "rawSql": "SELECT 'two rows' AS notice"}, {"refId": "MayLeaveOut", "hide": true, "format": "table", "rawSql": "SELECT $nonsense("}`:        "two rows",
	} {
		t.Run(target, func(t *testing.T) {
			b := b.In(t)
			text := strings.Replace(paneltest.OnePanel("table", "SELECT 7 AS v", ""), `"targets": [`, `"targets": [`+target+`, `, 1)
			if !strings.Contains(text, target) {
				t.Fatal(text)
			}
			got := render.Panel(t.Context(), paneltest.Runner(b.Pool), b.Dashboard(text), 1, paneltest.Request(), annotation.Marks{})
			if got.Error != "" || len(got.Frames) != 1 {
				t.Fatalf("%s: %q, %d frames", target, got.Error, len(got.Frames))
			}
			if said := strings.Join(got.View.Notices, "|"); said != want && (want == "" || !strings.HasPrefix(said,
				want) || !strings.HasSuffix(want, ": ")) {
				t.Errorf("%s: %q, want %q", target, said, want)
			}
		})
	}
}
