package reducer_test

import (
	"fmt"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/reducer"
)

func ExampleReduce() {
	f := &frame.Field{Kind: frame.Number, Values: []any{2.0, nil, 8.0, nil}}
	for _, id := range []string{"lastNotNull", "last", "mean", "range", "count"} {
		v, _ := reducer.Reduce(f, id)
		fmt.Println(id, v)
	}
	_, known := reducer.Reduce(f, "mode")
	fmt.Println("mode is known:", known)
	// Output:
	// lastNotNull 8
	// last <nil>
	// mean 5
	// range 6
	// count 2
	// mode is known: false
}

// A percentile is one of the values: it is not interpolated.
func ExampleReduce_percentile() {
	f := &frame.Field{Kind: frame.Number, Values: []any{10.0, 20.0, 30.0, 40.0}}
	info, _ := reducer.Lookup("p50")
	v, _ := reducer.Reduce(f, "p50")
	fmt.Println(info.Title, v)
	// Output: 50th % 30
}
