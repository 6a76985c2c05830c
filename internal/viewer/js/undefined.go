package js

import (
	"fmt"
	"math"
)

// Undefined is JavaScript's undefined, which joins leave where a row has no value. It differs from
// null where a transformation computes with it (null counts as 0, undefined gives no number), and
// becomes null when the transformations are done.
type Undefined struct{}

// Missing reports whether a value is null or undefined.
func Missing(v any) bool { return v == nil || v == Undefined{} }

// Coerce is the number that JavaScript computes with.
func Coerce(v any) float64 {
	switch v := v.(type) {
	case nil:
		return 0
	case string:
		return NumberFromText(v)
	}
	return Number(v)
}

// Spelled is a value as JavaScript writes it into a text.
func Spelled(v any) string {
	switch v {
	case nil:
		return "null"
	case Undefined{}:
		return "undefined"
	}
	return Text(v)
}

// MapKey is a value as a key: NaN equals itself, a number differs from the text that spells it.
func MapKey(v any) any {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) {
			return struct{ nan bool }{true}
		}
	case []any:
		return fmt.Sprintf("%#v", v)
	}
	return Comparable(v)
}

// Unique keeps the first of equal values.
func Unique(values []any) []any {
	seen := map[any]bool{}
	out := []any{}
	for _, v := range values {
		if k := MapKey(v); !seen[k] {
			seen[k] = true
			out = append(out, v)
		}
	}
	return out
}
