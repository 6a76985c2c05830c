package frame_test

import (
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/viewer/frame"
)

// A query's answer becomes a frame. Times are milliseconds, and a null is nil.
func ExampleFromData() {
	weight := 0.25
	answer := data.NewFrame("",
		data.NewField("time", nil, []time.Time{time.UnixMilli(1000), time.UnixMilli(2000)}),
		data.NewField("weight", data.Labels{"strategy": "FX_CARRY"}, []*float64{&weight, nil}))
	fr, err := frame.FromData(answer, "A")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range fr.Fields {
		fmt.Println(f.Name, f.Kind, f.Values)
	}
	// Output:
	// time time [1000 2000]
	// weight number [0.25 <nil>]
}

// A field's labels are part of the name that a reader sees. If all the frames of a panel use one label only, its value
// is enough.
func ExampleDisplayName() {
	carry := &frame.Field{Name: "weight", Kind: frame.Number, Labels: map[string]string{"strategy": "FX_CARRY"}}
	total := &frame.Field{Name: "total", Kind: frame.Number}
	fr := &frame.Frame{Fields: []*frame.Field{carry, total}}
	panel := []*frame.Frame{fr}
	fmt.Println(frame.DisplayName(carry, fr, panel))
	fmt.Println(frame.DisplayName(total, fr, panel))

	total.Labels = map[string]string{"book": "macro"}
	fmt.Println(frame.DisplayName(carry, fr, panel))
	// Output:
	// weight FX_CARRY
	// total
	// weight {strategy="FX_CARRY"}
}
