package panel

import (
	"math"
	"sort"
)

// reduceStep is reduceField as transformations see it: what JavaScript leaves undefined is absent.
func reduceStep(f *Field, id string) any {
	if len(f.Values) == 0 {
		if info, _ := reducerInfo(id); info.Empty != nil {
			return info.Empty
		}
		return Undefined{}
	}
	if id == "median" {
		return Undefined{} // Grafana 11.4 lists it but computes nothing
	}
	if !hasAbsent(f.Values) {
		v, _ := reduceField(f, id)
		if _, isPercentile := percentileOf(id); isPercentile && v == nil {
			return Undefined{}
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
		return unique(f.Values)
	case countsAbsent(id):
		return reduceWithAbsent(f.Values, id)
	}
	plain := *f
	plain.Values = make([]any, len(f.Values))
	for i, v := range f.Values {
		if plain.Values[i] = v; v == (Undefined{}) {
			plain.Values[i] = nil
		}
	}
	v, _ := reduceField(&plain, id)
	return v
}

func hasAbsent(values []any) bool {
	for _, v := range values {
		if v == (Undefined{}) {
			return true
		}
	}
	return false
}

// countsAbsent are the reducers that pass over null but not over undefined.
func countsAbsent(id string) bool {
	_, isPercentile := percentileOf(id)
	return id == "distinctCount" || id == "changeCount" || isPercentile
}

func reduceWithAbsent(values []any, id string) any {
	kept := []any{}
	for _, v := range values {
		if v != nil {
			kept = append(kept, v)
		}
	}
	return reduceAsIs(kept, id)
}

// reduceAsIs computes the reducers of countsAbsent over all values, null too.
func reduceAsIs(values []any, id string) any {
	switch id {
	case "distinctCount":
		return float64(len(unique(values)))
	case "changeCount":
		n := 0.0
		for i := 1; i < len(values); i++ {
			if !sameValue(values[i], values[i-1]) {
				n++
			}
		}
		return n
	}
	p, _ := percentileOf(id)
	at := int(math.Floor(float64(len(values)-1)*p + 0.5))
	if len(values) == 0 {
		return Undefined{}
	}
	list := append([]any(nil), values...)
	sort.SliceStable(list, func(a, b int) bool {
		if list[a] == (Undefined{}) || list[b] == (Undefined{}) {
			return list[b] == (Undefined{}) && list[a] != (Undefined{})
		}
		return coerce(list[a]) < coerce(list[b])
	})
	return list[at]
}

// calcsOf reads the ids of reducers; one that does not exist is an error.
func calcsOf(ids []string) ([]string, error) {
	var out []string
	for _, id := range ids {
		id = reducerID(id)
		if _, known := reducerInfo(id); !known {
			return nil, unknownCalc(id)
		}
		out = append(out, id)
	}
	return out, nil
}
