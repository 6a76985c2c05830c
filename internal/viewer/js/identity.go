package js

import "reflect"

// Values of a field are usually numbers, texts and null. A list of all values, which a reduction can give
// in place of one, can stand among them: Go can neither compare nor hash such a list, and panics when asked
// to. As in JavaScript a list is the same as itself and nothing else.

// identity is what a list is told apart by.
type identity struct {
	at     uintptr
	length int
}

// Comparable gives a value that can be compared and hashed, the same for the same value.
func Comparable(v any) any {
	if v == nil || reflect.TypeOf(v).Comparable() {
		return v
	}
	r := reflect.ValueOf(v)
	return identity{r.Pointer(), r.Len()}
}

// Same reports whether two values are the same. NaN differs from itself.
func Same(a, b any) bool { return Comparable(a) == Comparable(b) }
