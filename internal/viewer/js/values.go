package js

import (
	"math"
	"unicode/utf16"
)

// FiniteOrNil is a number that JSON can hold.
func FiniteOrNil(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// UTF16 is a text as the code units that JavaScript counts.
func UTF16(s string) []uint16 { return utf16.Encode([]rune(s)) }

// NumberOrNil is a value as a finite or infinite number, nil for what is missing or no number.
func NumberOrNil(v any) *float64 {
	n, ok := v.(float64)
	if !ok || math.IsNaN(n) {
		return nil
	}
	return &n
}

// CompareNumbers puts missing numbers first.
func CompareNumbers(a, b *float64) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	case *a < *b:
		return -1
	case *a > *b:
		return 1
	}
	return 0
}

// OrZero is a number, and 0 where there is none, which is how JavaScript computes with null.
func OrZero(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}
