package js

import "reflect"

// identity takes the place of a list when values are compared. The reductions "all values" and "all unique values"
// return lists, which Go can neither compare nor hash. As in JavaScript a list is equal to itself only.
type identity struct {
	at     uintptr
	length int
}

// Comparable returns a stand-in for a value that can be compared and hashed. Equal values have equal stand-ins.
func Comparable(v any) any {
	if v == nil || reflect.TypeOf(v).Comparable() {
		return v
	}
	r := reflect.ValueOf(v)
	return identity{r.Pointer(), r.Len()}
}

// Same reports whether two values are the same. NaN differs from itself.
func Same(a, b any) bool { return Comparable(a) == Comparable(b) }
