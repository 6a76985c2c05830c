package transform_test

import (
	"fmt"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/transform"
)

// The signal matrix is a pivot: a row for each asset class and a column for each strategy.
func ExampleApply() {
	signals := &frame.Frame{Length: 3, Fields: []*frame.Field{
		{Name: "class", Kind: frame.String, Values: []any{"FX", "FX", "Rates"}},
		{Name: "strategy", Kind: frame.String, Values: []any{"CARRY", "TREND", "CARRY"}},
		{Name: "signal", Kind: frame.Number, Values: []any{0.5, -0.25, 1.0}},
	}}
	list := []settings.Transformation{
		{ID: "groupingToMatrix", Options: settings.Object{"rowField": "class", "columnField": "strategy", "valueField": "signal",
			"emptyValue": "null"}},
		{ID: "organize", Options: settings.Object{"renameByName": map[string]any{`class\strategy`: "Asset class"}}},
	}
	p := &transform.Pipeline{Notices: notice.NewList(), Interpolate: func(s string) (string, error) { return s, nil }}
	frames, err := transform.Apply(list, []*frame.Frame{signals}, p)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range frames[0].Fields {
		fmt.Println(frame.DisplayName(f, frames[0], frames), f.Values)
	}
	// Output:
	// Asset class [FX Rates]
	// CARRY [0.5 1]
	// TREND [-0.25 <nil>]
}

// An outline says without any data which columns a transformation needs and which columns there are afterwards.
func ExampleFind() {
	step, _ := transform.Find("organize")
	outline := step.Outline(settings.Object{"excludeByName": map[string]any{"signal": true}, "renameByName": map[string]any{"class": "Class"}},
		transform.Columns{Names: []string{"class", "strategy", "signal"}})
	fmt.Println("needs", outline.Columns)
	fmt.Println("leaves", outline.After.Names)
	// Output:
	// needs [signal class]
	// leaves [Class strategy]
}
