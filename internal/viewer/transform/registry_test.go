package transform_test

import (
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/transform"
)

func TestEveryTransformationSaysWhatItIs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, step := range transform.All() {
		t.Run(step.ID, func(t *testing.T) {
			if step.ID == "" || step.Supports == "" || len(step.Options) == 0 || step.Outline == nil {
				t.Error("the transformation lacks its id, its line in docs/grafana-support.md, its options or its outline")
			}
			for _, id := range append(step.FormerIDs, step.ID) {
				if found, _ := transform.Find(id); found.ID != step.ID || seen[id] {
					t.Errorf("the id %q stands for another transformation too", id)
				}
				seen[id] = true
			}
		})
	}
}

func TestTheOutlineSaysWhatTheOptionsName(t *testing.T) {
	t.Parallel()
	before := transform.Columns{Names: []string{"class", "strategy", "signal"}}
	for _, c := range []struct {
		id      string
		options settings.Object
		names   string // the columns that the options name
		query   string
		after   string
		openNow bool
		what    string
	}{
		{what: "pivot", id: "groupingToMatrix", options: settings.Object{"rowField": "class", "columnField": "strategy", "valueField": "signal"},
			names: "strategy class signal", after: `class\strategy`, openNow: true},
		{what: "renaming", id: "organize", options: settings.Object{"excludeByName": map[string]any{"signal": true, "class": false},
			"renameByName": map[string]any{"class": "Class"}}, names: "class signal class", after: "Class strategy"},
		{what: "filter by names", id: "filterFieldsByName", options: settings.Object{"include": map[string]any{"names": []any{"class"}}},
			names: "class", after: "class"},
		{what: "filter by a pattern", id: "filterFieldsByName", options: settings.Object{"include": map[string]any{"names": []any{"class"},
			"pattern": "/s/"}}, names: "class", after: "class strategy signal"},
		{what: "sort", id: "sortBy", options: settings.Object{"sort": []any{map[string]any{"field": "signal"}}}, names: "signal",
			after: "class strategy signal"},
		{what: "grouping", id: "groupBy", options: settings.Object{"fields": map[string]any{"class": map[string]any{"operation": "groupby"}}},
			names: "class", after: "class strategy signal", openNow: true},
		{what: "join", id: "joinByField", options: settings.Object{"byField": "class"}, names: "class", after: "class strategy signal", openNow: true},
		{what: "partition", id: "partitionByValues", options: settings.Object{"fields": []any{"class"}}, names: "class",
			after: "class strategy signal", openNow: true},
		{what: "reduction", id: "reduce", after: "class strategy signal", openNow: true},
		{what: "calculation", id: "calculateField", after: "class strategy signal", openNow: true},
		{what: "merge", id: "merge", after: "class strategy signal"},
		{what: "settings from a query", id: "configFromData", options: settings.Object{"configRefId": "B",
			"mappings": []any{map[string]any{"fieldName": "signal"}}}, names: "signal", query: "B", after: "class strategy signal"},
	} {
		t.Run(c.what, func(t *testing.T) {
			step, known := transform.Find(c.id)
			if !known {
				t.Fatalf("%s is not known", c.id)
			}
			got := step.Outline(c.options, before)
			if strings.Join(got.Columns, " ") != c.names || got.Query != c.query {
				t.Errorf("it names the columns %q and the query %q, want %s and %s", got.Columns, got.Query, c.names, c.query)
			}
			if !slices.Equal(got.After.Names, strings.Fields(c.after)) || got.After.Open != c.openNow {
				t.Errorf("afterwards there are %+v, want %s (open: %v)", got.After, c.after, c.openNow)
			}
		})
	}
}
