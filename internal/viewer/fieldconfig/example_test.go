package fieldconfig_test

import (
	"fmt"
	"time"

	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/settings"
)

func env() *fieldconfig.Env {
	return &fieldconfig.Env{Now: time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC), Location: time.UTC, Colors: palette.New(palette.Dark)}
}

// The defaults are for all fields, and an override for those that its matcher finds.
func ExampleApply() {
	frames := []*frame.Frame{{Length: 2, Fields: []*frame.Field{
		{Name: "status", Kind: frame.String, Values: []any{"SUCCESS", "FAILED"}},
		{Name: "seconds", Kind: frame.Number, Values: []any{42.0, 150.0}},
	}}}
	config := settings.FieldConfig{
		Defaults: settings.Object{"color": map[string]any{"mode": "thresholds"}, "thresholds": map[string]any{"steps": []any{
			map[string]any{"value": nil, "color": "green"}, map[string]any{"value": 60.0, "color": "red"}}}},
		Overrides: []settings.Override{{MatcherID: "byName", Options: "seconds", Properties: []settings.Property{
			{ID: "displayName", Value: "Duration"}, {ID: "unit", Value: "s"}}}},
	}
	fmt.Println("not applied:", fieldconfig.Apply(frames, config, env()))
	for _, f := range frames[0].Fields {
		for _, v := range f.Values {
			shown := f.Show(v, nil)
			fmt.Println(f.Title, shown.Full(), shown.Color)
		}
	}
	// Output:
	// not applied: []
	// status SUCCESS #73bf69
	// status FAILED #73bf69
	// Duration 42 s #73bf69
	// Duration 2.50 mins #f2495c
}
