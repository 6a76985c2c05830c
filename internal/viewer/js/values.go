package js

import (
	"math"
	"unicode/utf16"
)

// FiniteOrNil points to a number, or is nil if JSON can't hold it: NaN and the infinities.
func FiniteOrNil(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// UTF16 returns the code units of a text, which JavaScript counts as its characters.
func UTF16(s string) []uint16 { return utf16.Encode([]rune(s)) }

// NumberOrNil points to a number, which may be infinite, or is nil if the value is missing, NaN or no number.
func NumberOrNil(v any) *float64 {
	n, ok := v.(float64)
	if !ok || math.IsNaN(n) {
		return nil
	}
	return &n
}

// CompareNumbers compares two numbers. A missing one comes first.
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

// OrZero is a number, or 0 if it is missing, as JavaScript computes with null.
func OrZero(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}
