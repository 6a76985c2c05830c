package transform

import (
	"math"
	"sort"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/reducer"
)

// reduceStep reduces a field as Grafana's transformations do. Unlike reducer.Reduce, it may return
// js.Undefined, and the field may contain it.
func reduceStep(f *frame.Field, id string) any {
	if len(f.Values) == 0 {
		if info, _ := reducer.Lookup(id); info.Empty != nil {
			return info.Empty
		}
		return js.Undefined{}
	}
	if id == "median" {
		return js.Undefined{} // Grafana 11.4 lists the median but does not compute it
	}
	if !hasAbsent(f.Values) {
		v, _ := reducer.Reduce(f, id)
		if _, isPercentile := reducer.PercentileOf(id); isPercentile && v == nil {
			return js.Undefined{}
		}
		return v
	}
	switch {
	case id == "first":
		return f.Values[0]
	case id == "last":
		return f.Values[len(f.Values)-1]
	case id == "allValues":
		return append([]any(nil), f.Values...)
	case id == "uniqueValues":
		return js.Unique(f.Values)
	case CountsAbsent(id):
		return reduceWithAbsent(f.Values, id)
	}
	plain := *f
	plain.Values = make([]any, len(f.Values))
	for i, v := range f.Values {
		if plain.Values[i] = v; v == (js.Undefined{}) {
			plain.Values[i] = nil
		}
	}
	v, _ := reducer.Reduce(&plain, id)
	return v
}

// hasAbsent reports whether any value is undefined.
func hasAbsent(values []any) bool {
	for _, v := range values {
		if v == (js.Undefined{}) {
			return true
		}
	}
	return false
}

// CountsAbsent reports whether a reducer skips null but not undefined.
func CountsAbsent(id string) bool {
	_, isPercentile := reducer.PercentileOf(id)
	return id == "distinctCount" || id == "changeCount" || isPercentile
}

// reduceWithAbsent computes the reducers of CountsAbsent over all values but null.
func reduceWithAbsent(values []any, id string) any {
	kept := []any{}
	for _, v := range values {
		if v != nil {
			kept = append(kept, v)
		}
	}
	return reduceAsIs(kept, id)
}

// reduceAsIs computes the reducers of CountsAbsent over all values, null among them.
func reduceAsIs(values []any, id string) any {
	switch id {
	case "distinctCount":
		return float64(len(js.Unique(values)))
	case "changeCount":
		n := 0.0
		for i := 1; i < len(values); i++ {
			if !js.Same(values[i], values[i-1]) {
				n++
			}
		}
		return n
	}
	p, _ := reducer.PercentileOf(id)
	at := int(math.Floor(float64(len(values)-1)*p + 0.5))
	if len(values) == 0 {
		return js.Undefined{}
	}
	list := append([]any(nil), values...)
	sort.SliceStable(list, func(a, b int) bool {
		if list[a] == (js.Undefined{}) || list[b] == (js.Undefined{}) {
			return list[b] == (js.Undefined{}) && list[a] != (js.Undefined{})
		}
		return js.Coerce(list[a]) < js.Coerce(list[b])
	})
	return list[at]
}

// calcsOf returns the current names of reducers, since old dashboards use other names. It returns an error if
// a reducer does not exist.
func calcsOf(ids []string) ([]string, error) {
	var out []string
	for _, id := range ids {
		id = reducer.CurrentName(id)
		if _, known := reducer.Lookup(id); !known {
			return nil, reducer.Unknown(id)
		}
		out = append(out, id)
	}
	return out, nil
}
