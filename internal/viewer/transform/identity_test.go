package transform

import (
	"testing"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/reducer"
)

// TestListsAmongTheValuesAreComparedLikeAnyOther puts lists among the values, as the reduction "All values" does, and runs
// all code that compares or hashes values.
func TestListsAmongTheValuesAreComparedLikeAnyOther(t *testing.T) {
	t.Parallel()
	list, other, object := []any{1.0, "a"}, []any{1.0, "a"}, map[string]any{"a": 1.0}
	values := []any{list, list, other, nil, object, object, []any{}, 2.0}
	f := frame.NewField("v", frame.Other, values)
	for _, id := range []string{"distinctCount", "changeCount", "uniqueValues", "allValues", "lastNotNull", "first", "count", "p50",
		"mean", "diff"} {
		reducer.Reduce(f, id)
		reduceStep(f, id)
	}
	if n := reducer.Changes(values); n != 4 {
		t.Errorf("%v changes, want 4: a list is the same as itself only", n)
	}
	if n := len(reducer.Distinct(values, true)); n != 5 {
		t.Errorf("%d distinct values, want 5", n)
	}
	if !agree([]any{list}, []any{list}) || agree([]any{list}, []any{other}) || agree([]any{list}, []any{1.0}) {
		t.Error("rows with lists don't agree where they should, or the other way round")
	}
	tables := []table{{keys: values, columns: [][]any{values}, first: 1}, {keys: []any{list, 2.0}, columns: [][]any{{1.0, 2.0}}, first: 2}}
	joinOuter(tables)
	joinInner(tables)
	if rows := joinTabular(tables, 3); len(rows) != 3 || rows[2][0] != 1.0 {
		t.Errorf("joined by a list: %v", rows)
	}
}
