package transform

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"

	"macrowatch/internal/viewer/js"
)

// joinOuter has one row for every key, sorted by the keys. A table has undefined in the rows of keys that it lacks. Next to
// a null of the same column these become null too, so that a gap in a series stays a gap at the instants of other series.
func joinOuter(tables []table) [][]any {
	var keys []any
	for _, t := range tables {
		keys = append(keys, t.keys...)
	}
	keys = js.Unique(keys)
	slices.SortStableFunc(keys, func(a, b any) int {
		if a == (js.Undefined{}) || b == (js.Undefined{}) {
			return cmp.Compare(btoi(a == js.Undefined{}), btoi(b == js.Undefined{}))
		}
		if d := js.Coerce(a) - js.Coerce(b); !math.IsNaN(d) {
			return cmp.Compare(d, 0)
		}
		return 0
	})
	at := map[any]int{}
	for i, k := range keys {
		at[js.MapKey(k)] = i
	}
	out := [][]any{keys}
	for _, t := range tables {
		for _, column := range t.columns {
			values := make([]any, len(keys))
			for i := range values {
				values[i] = js.Undefined{}
			}
			var nulls []int
			for i, v := range column {
				if i >= len(t.keys) {
					break
				}
				row := at[js.MapKey(t.keys[i])]
				values[row] = v
				if v == nil {
					nulls = append(nulls, row)
				}
			}
			widenNulls(values, nulls)
			out = append(out, values)
		}
	}
	return out
}

// btoi is 1 for true and 0 for false.
func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// widenNulls replaces the missing values on both sides of each null by null.
func widenNulls(values []any, nulls []int) {
	last := -1
	for _, at := range nulls {
		if at <= last {
			continue
		}
		for i := at - 1; i >= 0 && js.Missing(values[i]); i-- {
			values[i] = nil
		}
		for i := at + 1; i < len(values) && js.Missing(values[i]); i++ {
			last = i
			values[i] = nil
		}
	}
}

// joinInner has the rows whose key is in every table. As in Grafana a table's key is looked up among all values that the
// row has so far, and not only among the keys.
func joinInner(tables []table) [][]any {
	type place map[any][]int
	width := 1
	places := make([]place, len(tables))
	for i, t := range tables {
		width += len(t.columns)
		places[i] = place{}
		for row, k := range t.keys {
			places[i][js.MapKey(k)] = append(places[i][js.MapKey(k)], row)
		}
	}
	out := make([][]any, width)
	for i := range out {
		out[i] = []any{}
	}
	var extend func(row []any, at int)
	extend = func(row []any, at int) {
		if at == len(tables) {
			for i, v := range row {
				out[i] = append(out[i], v)
			}
			return
		}
		for _, i := range rowsWith(places[at], row, at == 0, len(tables[at].keys)) {
			next := append([]any(nil), row...)
			if at == 0 {
				next = append(next, tables[at].keys[i])
			}
			for _, column := range tables[at].columns {
				next = append(next, valueOf(column, i))
			}
			extend(next, at+1)
		}
	}
	if len(tables) > 0 {
		extend(nil, 0)
	}
	return out
}

// valueOf is a column's value, undefined beyond its end.
func valueOf(column []any, i int) any {
	if i < len(column) {
		return column[i]
	}
	return js.Undefined{}
}

// rowsWith are the rows of a table whose key is among the values of row. If all is true, they are all n rows.
func rowsWith(places map[any][]int, row []any, all bool, n int) []int {
	var out []int
	if all {
		for i := range n {
			out = append(out, i)
		}
		return out
	}
	for _, v := range js.Unique(row) {
		out = append(out, places[js.MapKey(v)]...)
	}
	slices.Sort(out)
	return out
}

// joinTabular keeps every row of every table. For each pair of tables, it fills a row of one table from the first row of
// the other table that has the same key. Equal rows become one.
func joinTabular(tables []table, width int) [][]any {
	out := make([][]any, width)
	for i := range out {
		out[i] = []any{}
	}
	seen := map[string]int{}
	var rows [][]any
	for a, t := range tables {
		for b, other := range tables {
			if a == b {
				continue
			}
			firstWith := map[any]int{}
			for i := len(other.keys) - 1; i >= 0; i-- {
				if n, ok := other.keys[i].(float64); !ok || !math.IsNaN(n) {
					firstWith[js.Comparable(other.keys[i])] = i
				}
			}
			for i, key := range t.keys {
				row := make([]any, width)
				for k := range row {
					row[k] = js.Undefined{}
				}
				row[0] = key
				for k, column := range t.columns {
					row[t.first+k] = valueOf(column, i)
				}
				if match, ok := firstWith[js.Comparable(key)]; ok {
					for k, column := range other.columns {
						row[other.first+k] = valueOf(column, match)
					}
				}
				id := rowID(row)
				if at, ok := seen[id]; ok {
					rows[at] = row
					continue
				}
				seen[id] = len(rows)
				rows = append(rows, row)
			}
		}
	}
	for _, row := range rows {
		for i, v := range row {
			out[i] = append(out[i], v)
		}
	}
	return out
}

// rowID is the same for equal rows. As in Grafana rows are compared by their JSON, in which NaN and infinity are null.
func rowID(row []any) string {
	plain := make([]any, len(row))
	for i, v := range row {
		if n, ok := v.(float64); js.Missing(v) || ok && (math.IsNaN(n) || math.IsInf(n, 0)) {
			continue
		}
		plain[i] = v
	}
	b, _ := json.Marshal(plain) // numbers, texts and truth values can be written
	return string(b)
}
