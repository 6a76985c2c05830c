package js_test

import (
	"fmt"

	"macrowatch/internal/viewer/js"
)

// Each of these reads a number from a text in another of JavaScript's ways.
func ExampleNumberFromText() {
	fmt.Println(js.NumberFromText("12"), js.NumberFromText(""), js.NumberFromText("12 s"))
	fmt.Println(js.LeadingNumber("12 s"))
	// Output:
	// 12 0 NaN
	// 12
}

// A number in the middle between two is rounded away from zero, where Go would round to the even one.
func ExampleFixed() {
	fmt.Println(js.Fixed(0.125, 2), fmt.Sprintf("%.2f", 0.125))
	// Output: 0.13 0.12
}
