package js

import (
	"fmt"
	"math"
)

// Undefined is JavaScript's undefined, which a join puts where a row has no value. Transformations treat it differently
// from null: null counts as 0, while undefined gives NaN. After the last transformation it becomes null.
type Undefined struct{}

// Missing reports whether a value is null or undefined.
func Missing(v any) bool { return v == nil || v == Undefined{} }

// Coerce is the number that JavaScript uses for a value when it computes.
func Coerce(v any) float64 {
	switch v := v.(type) {
	case nil:
		return 0
	case string:
		return NumberFromText(v)
	}
	return Number(v)
}

// Spelled is how JavaScript writes a value into a text.
func Spelled(v any) string {
	switch v {
	case nil:
		return "null"
	case Undefined{}:
		return "undefined"
	}
	return Text(v)
}

// MapKey returns a map key for a value. NaN has one key. A number and the text that spells it have different keys.
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

// Unique returns the different values in the order in which they first appear.
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
