package check_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/dashboard/check"
	"macrowatch/internal/desk"
	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func now() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }

func TestTheDashboardsAreWell(t *testing.T) {
	t.Parallel()
	defs, err := dashboard.All(desk.BuiltInRules())
	if err != nil {
		t.Fatal(err)
	}
	found, err := check.Dashboards(t.Context(), pgtest.Migrated(t), defs, now(), desk.BuiltInRules().Location())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range found.Problems {
		t.Error(p)
	}
	if found.Queries < 10 {
		t.Errorf("only %d queries were run", found.Queries)
	}
}

func TestABrokenHouseRuleIsAProblem(t *testing.T) {
	t.Parallel()
	defs, err := dashboard.All(desk.BuiltInRules())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range defs[0].Dashboard.Panels {
		if p.Panel != nil && *p.Panel.Id == 7 {
			p.Panel.Description = nil
		}
	}
	found, err := check.Dashboards(t.Context(), pgtest.Migrated(t), defs, now(), desk.BuiltInRules().Location())
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Problems) != 1 || !strings.HasPrefix(found.Problems[0].String(), "pipeline-health, panel 7: description: ") {
		t.Errorf("found %v", found.Problems)
	}
}

// problems checks a dashboard with one panel, whose JSON is given, and returns what is wrong. Unless the panel has a query of
// its own, its query returns the columns Time, Step and weight.
func problems(t *testing.T, pool *pgxpool.Pool, panel string) []string {
	t.Helper()
	var p map[string]any
	if err := json.Unmarshal([]byte(panel), &p); err != nil {
		t.Fatal(err)
	}
	p["id"], p["title"] = 3, "Runs"
	if p["targets"] == nil {
		p["targets"] = []any{map[string]any{"refId": "A", "format": "table",
			"rawSql": `SELECT started_at AS "Time", step_name AS "Step", 1.5 AS weight FROM pipeline_runs WHERE $__timeFilter(started_at)`}}
	}
	text, err := json.Marshal(map[string]any{"uid": "d", "time": map[string]any{"from": "now-7d", "to": "now"}, "panels": []any{p}})
	if err != nil {
		t.Fatal(err)
	}
	found, err := check.Queries(t.Context(), pool, text, now(), desk.BuiltInRules().Location())
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, p := range found.Problems {
		said = append(said, p.String())
	}
	return said
}

func TestColumnsThatAPanelNamesAreCompared(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	query := func(format, sql string) string {
		text, _ := json.Marshal(map[string]any{"targets": []any{map[string]any{"refId": "A", "format": format, "rawSql": sql}}})
		return string(text)
	}
	override := func(id, options string) string {
		return `{"fieldConfig": {"overrides": [{"matcher": {"id": "` + id + `", "options": ` + options + `}}]}}`
	}
	there := `Time, Step, weight`
	for name, c := range map[string]struct{ panel, says string }{
		"an override by name":            {override("byName", `"Step"`), ""},
		"an override by a wrong name":    {override("byName", `"step"`), `an override names the column "step", and there are ` + there},
		"an override by names":           {override("byNames", `{"names": ["Step", "Weight"]}`), `an override names the column "Weight"`},
		"an override by a pattern":       {override("byRegexp", `"/^wei/"`), ""},
		"an override by a wrong pattern": {override("byRegexp", `"/^wait/"`), `an override names the columns /^wait/, and there are ` + there},
		"an override by another query":   {override("byFrameRefID", `"B"`), `an override names the query "B"`},
		"all values of a stat":           {`{"type": "stat", "options": {"reduceOptions": {"fields": "/.*/"}}}`, ""},
		"a value of a stat":              {`{"type": "stat", "options": {"reduceOptions": {"fields": "/^weight$/"}}}`, ""},
		"a wrong value of a stat":        {`{"type": "stat", "options": {"reduceOptions": {"fields": "/^status$/"}}}`, `reduceOptions.fields names the columns /^status$/`},
		"bars along a wrong column":      {`{"type": "barchart", "options": {"xField": "scenario"}}`, `xField names the column "scenario"`},
		"an option of another kind":      {`{"type": "table", "options": {"xField": "scenario"}}`, ""},
		"a calculation":                  {`{"transformations": [{"id": "calculateField", "options": {"mode": "index"}}]}`, ""},
		"a sort by a wrong column":       {`{"type": "table", "options": {"sortBy": [{"displayName": "when"}]}}`, `sortBy names the column "when"`},
		"a link to a wrong column":       {`{"fieldConfig": {"defaults": {"links": [{"url": "/d/x?var=${__data.fields.step}"}]}}}`, `a link names the column "step"`},
		"a matrix":                       {`{"transformations": [{"id": "groupingToMatrix", "options": {"columnField": "Time", "rowField": "Step", "valueField": "weight"}}]}`, ""},
		"a matrix of a wrong column": {`{"transformations": [{"id": "groupingToMatrix", "options": {"columnField": "Time", "rowField": "Class", "valueField": "weight"}}]}`,
			`the transformation groupingToMatrix names the column "Class"`},
		"settings from a query that is not there": {`{"transformations": [{"id": "configFromData", "options": {"configRefId": "B", "mappings": [{"fieldName": "Step", "handlerKey": "max"}]}}]}`,
			`the transformation configFromData names the query "B", and there are A`},
		"settings from a wrong column": {`{"transformations": [{"id": "configFromData", "options": {"configRefId": "A", "mappings": [{"fieldName": "limit", "handlerKey": "max"}]}}]}`,
			`the transformation configFromData names the column "limit"`},
		"an override after a renaming": {`{"transformations": [{"id": "organize", "options": {"renameByName": {"Step": "What"}, "excludeByName": {"Time": true}}}],
			"fieldConfig": {"overrides": [{"matcher": {"id": "byName", "options": "What"}}]}}`, ""},
		"an override of the name before": {`{"transformations": [{"id": "organize", "options": {"renameByName": {"Step": "What"}, "excludeByName": {"Time": true}}}],
			"fieldConfig": {"overrides": [{"matcher": {"id": "byName", "options": "Step"}}]}}`, `an override names the column "Step", and there are What, weight`},
		"an unknown transformation":   {`{"transformations": [{"id": "joinByMagic"}]}`, `the transformation "joinByMagic" is not known to this check`},
		"a query that does not parse": {query("table", "SELEC 1"), "the query fails: syntax error"},
		"a query of a wrong column":   {query("table", "SELECT run_uuid FROM pipeline_runs"), `the query fails: column "run_uuid" does not exist (42703)`},
		"a query that fails on a row": {query("table", "SELECT 1 / (n - 2) AS x FROM generate_series(1, 3) n"), "the query fails: division by zero (22012)"},
		"two statements":              {query("table", "SELECT 1; SELECT 2"), "the query fails: cannot insert multiple commands"},
		"a query that writes":         {query("table", "DELETE FROM pipeline_runs"), "the query fails: cannot execute DELETE in a read-only transaction"},
		"an unknown macro":            {query("table", "SELECT $__nothing(x)"), "the query can't be filled in"},
		"a series without its time":   {query("time_series", "SELECT now() AS t, 1 AS v"), "a time series needs the column time, and the query returns t, v"},
		"a series named by the data": {`{"targets": [{"refId": "A", "format": "time_series", "rawSql": "SELECT now() AS time, 'fred SUCCESS' AS metric, 1 AS v"}],
			"fieldConfig": {"overrides": [{"matcher": {"id": "byRegexp", "options": "/ SUCCESS$/"}}]}}`, ""},
		"a series of a wrong name": {`{"targets": [{"refId": "A", "format": "time_series", "rawSql": "SELECT now() AS time, 1 AS \"Portfolio NAV\""}],
			"fieldConfig": {"overrides": [{"matcher": {"id": "byName", "options": "NAV"}}]}}`, `an override names the column "NAV", and there are Time, Portfolio NAV`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := problems(t, pool, c.panel)
			switch {
			case c.says == "" && len(said) > 0:
				t.Errorf("nothing is wrong, and it says %q", said)
			case c.says != "" && (len(said) != 1 || !strings.HasPrefix(said[0], "d, panel 3 (Runs): ") || !strings.Contains(said[0], c.says)):
				t.Errorf("it says %q, want %q", said, c.says)
			}
		})
	}
}

func TestVariablesAreAskedForAndFilledIn(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	for name, c := range map[string]struct {
		variable string
		says     []string
	}{
		"a query":            {`{"name": "history", "type": "query", "query": "SELECT '3y/y'"}`, nil},
		"a saved value":      {`{"name": "history", "type": "custom", "current": {"value": "2y"}}`, nil},
		"a query that fails": {`{"name": "history", "type": "query", "query": "SELECT y"}`, []string{`d, variable history: the query fails: column "y" does not exist (42703)`, "timeFrom"}},
		"no rows":            {`{"name": "history", "type": "query", "query": "SELECT 1 WHERE false"}`, []string{"d, variable history: it has no value", "timeFrom"}},
		"an unknown macro":   {`{"name": "history", "type": "query", "query": "SELECT $__nothing(x)"}`, []string{"d, variable history: the query can't be filled in", "timeFrom"}},
		"another name":       {`{"name": "past", "type": "query", "query": "SELECT '3y'"}`, []string{"timeFrom"}},
		"no range":           {`{"name": "history", "type": "query", "query": "SELECT 'long'"}`, []string{"timeFrom"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := `{"uid": "d", "time": {"from": "now-7d", "to": "now"}, "templating": {"list": [` + c.variable + `]},
				"panels": [{"id": 3, "title": "Runs", "timeFrom": "${history}", "targets": [{"refId": "A", "format": "table", "rawSql": "SELECT 1 AS x"}]}]}`
			found, err := check.Queries(t.Context(), pool, []byte(text), now(), desk.BuiltInRules().Location())
			if err != nil {
				t.Fatal(err)
			}
			if len(found.Problems) != len(c.says) {
				t.Fatalf("it says %v, want %q", found.Problems, c.says)
			}
			for i, p := range found.Problems {
				if !strings.Contains(p.String(), c.says[i]) {
					t.Errorf("it says %q, want %q", p, c.says[i])
				}
			}
		})
	}
}

func TestAnAnnotationsQueryIsCheckedToo(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	for sql, want := range map[string][]string{
		"SELECT now() AS time, 'x' AS text": nil,
		"SELECT now() AS time":              {"d, annotation Failures: an annotation needs the column text, and the query returns time"},
		"SELECT x":                          {`d, annotation Failures: the query fails: column "x" does not exist (42703)`},
	} {
		t.Run(sql, func(t *testing.T) {
			text, err := json.Marshal(map[string]any{"uid": "d", "time": map[string]any{"from": "now-7d", "to": "now"}, "annotations": map[string]any{
				"list": []any{map[string]any{"name": "Failures", "target": map[string]any{"rawSql": sql, "format": "table"}}}}})
			if err != nil {
				t.Fatal(err)
			}
			found, err := check.Queries(t.Context(), pool, text, now(), desk.BuiltInRules().Location())
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, p := range found.Problems {
				said = append(said, p.String())
			}
			if !slices.Equal(said, want) {
				t.Errorf("%s: said %q, want %q", sql, said, want)
			}
		})
	}
}

// TestAVariableWithAllIsCheckedWithAll covers variables that begin with All, also where they have no choice yet.
func TestAVariableWithAllIsCheckedWithAll(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	for choices, variable := range map[string]string{
		"SELECT 'fred'":        `"includeAll": true, "allValue": "''"`,
		"SELECT 1 WHERE false": `"includeAll": true, "allValue": "''"`,
		"SELECT 'it''s'":       `"includeAll": true`,
	} {
		text := `{"uid": "d", "time": {"from": "now-7d", "to": "now"}, "templating": {"list": [{"name": "step", "type": "query", "query": "` + choices + `", ` + variable + `}]},
			"panels": [{"id": 3, "title": "Runs", "targets": [{"refId": "A", "format": "table", "rawSql": "SELECT 1 AS x WHERE $step = '' OR 'fred' = $step"}]}]}`
		found, err := check.Queries(t.Context(), pool, []byte(text), now(), desk.BuiltInRules().Location())
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Problems) > 0 {
			t.Errorf("%s, %s: it says %v", choices, variable, found.Problems)
		}
	}
}
