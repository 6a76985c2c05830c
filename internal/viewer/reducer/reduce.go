package reducer

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
)

// Reduce reduces a field to one value by the reducer with an id, for example "lastNotNull". Depending on the reducer, the
// result is one of the field's values, a number, or true or false. It is nil if there is no result. The second result is
// false if there is no such reducer.
func Reduce(f *frame.Field, id string) (any, bool) {
	id = CurrentName(id)
	info, known := Lookup(id)
	if !known {
		return nil, false
	}
	if len(f.Values) == 0 {
		return info.Empty, true
	}
	switch id {
	case "median":
		// Grafana 11.4 lists this reducer but computes nothing for it.
		return nil, true
	case "variance", "stdDev":
		v := variance(f)
		if id == "stdDev" {
			v = math.Sqrt(v)
		}
		return v, true
	case "changeCount":
		return Changes(f.Values), true
	case "distinctCount":
		return float64(len(Distinct(f.Values, true))), true
	case "allValues":
		return append([]any(nil), f.Values...), true
	case "uniqueValues":
		return Distinct(f.Values, false), true
	}
	if p, ok := PercentileOf(id); ok {
		return percentile(f.Values, p), true
	}
	return StandardCalcs(f)[id], true
}

// CurrentName returns today's id of a reducer. Old dashboards have other ids.
func CurrentName(id string) string {
	switch id {
	case "current":
		return "lastNotNull"
	case "avg":
		return "mean"
	case "total":
		return "sum"
	}
	return id
}

// Info describes a reducer.
type Info struct {
	Title string
	Empty any // the result for a field without rows
	// KeepsUnit is false if the result is a count or a share, which does not have the unit of the field's values.
	KeepsUnit bool
}

// Lookup describes the reducer with an id. The second result is false if there is no such reducer.
func Lookup(id string) (Info, bool) {
	switch id {
	case "lastNotNull":
		return Info{"Last *", nil, true}, true
	case "last":
		return Info{"Last", nil, true}, true
	case "firstNotNull":
		return Info{"First *", nil, true}, true
	case "first":
		return Info{"First", nil, true}, true
	case "min":
		return Info{"Min", nil, true}, true
	case "max":
		return Info{"Max", nil, true}, true
	case "mean":
		return Info{"Mean", nil, true}, true
	case "median":
		return Info{"Median", nil, true}, true
	case "variance":
		return Info{"Variance", nil, true}, true
	case "stdDev":
		return Info{"StdDev", nil, true}, true
	case "sum":
		return Info{"Total", 0.0, true}, true
	case "count":
		return Info{"Count", 0.0, false}, true
	case "range":
		return Info{"Range", nil, true}, true
	case "delta":
		return Info{"Delta", nil, true}, true
	case "step":
		return Info{"Step", nil, true}, true
	case "diff":
		return Info{"Difference", nil, true}, true
	case "logmin":
		return Info{"Min (above zero)", nil, true}, true
	case "allIsZero":
		return Info{"All Zeros", false, true}, true
	case "allIsNull":
		return Info{"All Nulls", true, false}, true
	case "changeCount":
		return Info{"Change Count", nil, false}, true
	case "distinctCount":
		return Info{"Distinct Count", nil, false}, true
	case "diffperc":
		return Info{"Difference percent", nil, false}, true
	case "allValues":
		return Info{"All values", nil, false}, true
	case "uniqueValues":
		return Info{"All unique values", nil, false}, true
	}
	if p, ok := PercentileOf(id); ok {
		n := int(math.Round(p * 100))
		suffix := "th"
		if n <= 3 || n >= 21 {
			suffix = map[int]string{1: "st", 2: "nd", 3: "rd"}[n%10]
			if suffix == "" {
				suffix = "th"
			}
		}
		return Info{strconv.Itoa(n) + suffix + " %", nil, true}, true
	}
	return Info{}, false
}

// Unknown is the error about a calculation that does not exist.
func Unknown(id string) error { return fmt.Errorf("the calculation %q is not known", id) }

// PercentileOf returns the share of a percentile reducer: 0.95 for "p95". The second result is false if the
// reducer is no percentile.
func PercentileOf(id string) (float64, bool) {
	digits, ok := strings.CutPrefix(id, "p")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 1 || n > 99 || strconv.Itoa(n) != digits {
		return 0, false
	}
	return float64(n) / 100, true
}

// variance is the variance of a field, 0 if it holds neither numbers nor instants.
func variance(f *frame.Field) float64 {
	if f.Kind != frame.Number && f.Kind != frame.Time {
		return 0
	}
	return Variance(f.Values)
}

// Variance is the mean squared distance of values from their mean (the divisor is n, not n-1). Missing values are
// skipped. It is 0 if there is no value.
func Variance(values []any) float64 {
	squares, mean, n := 0.0, 0.0, 0.0
	for _, v := range values {
		if js.Missing(v) {
			continue
		}
		x := js.Coerce(v)
		n++
		before := mean
		mean += (x - before) / n
		squares += (x - before) * (x - mean)
	}
	if n == 0 {
		return 0
	}
	return squares / n
}

// Changes counts how often a value differs from the one before it. Missing values are skipped.
func Changes(values []any) float64 {
	count, first := 0.0, true
	var last any
	for _, v := range values {
		if v == nil {
			continue
		}
		if !first && !js.Same(last, v) {
			count++
		}
		first, last = false, v
	}
	return count
}

// Distinct returns the different values in the order in which they first appear. NaN equals NaN. If skipMissing is set,
// missing values are left out.
func Distinct(values []any, skipMissing bool) []any {
	type key struct {
		v   any
		nan bool
	}
	seen := map[key]bool{}
	var out []any
	for _, v := range values {
		k := key{v: js.Comparable(v)}
		if n, ok := v.(float64); ok && math.IsNaN(n) {
			k = key{nan: true}
		}
		if v == nil && skipMissing || seen[k] {
			continue
		}
		seen[k] = true
		out = append(out, v)
	}
	return out
}

// percentile returns the value at the share p of the sorted values. It takes the nearest value and does not interpolate.
func percentile(values []any, p float64) any {
	var kept []any
	for _, v := range values {
		if v != nil {
			kept = append(kept, v)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	// Texts that are no numbers are equal to everything, so they stay where they are.
	sort.SliceStable(kept, func(i, j int) bool { return js.Number(kept[i]) < js.Number(kept[j]) })
	return kept[int(math.Floor(float64(len(kept)-1)*p+0.5))]
}
