package align_test

import (
	"fmt"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/frame"
)

// The nav has no row at 2 because only the other query has one: that is no gap. Its null at 3 is a gap.
func ExampleFrames() {
	number := func(f *frame.Field) bool { return f.Kind == frame.Number }
	nav := &frame.Frame{Length: 2, Fields: []*frame.Field{{Name: "time", Kind: frame.Time, Values: []any{1.0, 3.0}},
		{Name: "nav", Kind: frame.Number, Values: []any{100.0, nil}}}}
	risk := &frame.Frame{Length: 1, Fields: []*frame.Field{{Name: "time", Kind: frame.Time, Values: []any{2.0}},
		{Name: "var", Kind: frame.Number, Values: []any{1.5}}}}
	aligned := align.Frames([]*frame.Frame{nav, risk}, number)
	fmt.Println("times", aligned.Times)
	for _, s := range aligned.Series {
		fmt.Println(s.Field.Name, s.Values, s.Absent)
	}
	// Output:
	// times [1 2 3]
	// nav [100 <nil> <nil>] [false true false]
	// var [<nil> 1.5 <nil>] [true false true]
}
