package settings_test

import (
	"fmt"

	"macrowatch/internal/viewer/settings"
)

// Settings are read as leniently as Grafana reads them.
func ExampleObject() {
	o := settings.Object{"limit": "25", "values": true, "fields": 7.0}
	fmt.Println(o.NumberOr("limit", 10), o.Flag("values"), o.TextOr("fields", "all"))
	// Output: 25 true all
}

// A value has the colour of the last threshold that it has reached.
func ExampleThresholds_Active() {
	config := settings.ReadConfig(settings.Object{"thresholds": map[string]any{"steps": []any{
		map[string]any{"value": nil, "color": "green"}, map[string]any{"value": 2.0, "color": "yellow"},
		map[string]any{"value": 5.0, "color": "red"}}}})
	for _, v := range []float64{-3, 2, 4.99, 5} {
		fmt.Println(v, config.Thresholds.Active(v).Color)
	}
	// Output:
	// -3 green
	// 2 yellow
	// 4.99 yellow
	// 5 red
}

// Colours that tell gains from losses say nothing of success or failure. The colour may also change around the numbers that
// are written as zero.
func ExampleConfig_SaysStatus() {
	at := func(value any, color string) any { return map[string]any{"value": value, "color": color} }
	for _, c := range []settings.Object{
		{"thresholds": map[string]any{"steps": []any{at(nil, "red"), at(0.0, "green")}}},
		{"decimals": 1.0, "thresholds": map[string]any{"steps": []any{at(nil, "red"), at(-0.05, "text"), at(0.05, "green")}}},
		{"decimals": 2.0, "thresholds": map[string]any{"steps": []any{at(nil, "green"), at(-0.005, "text"), at(0.005, "red")}}},
		{"decimals": 2.0, "thresholds": map[string]any{"steps": []any{at(nil, "red"), at(-0.05, "text"), at(0.05, "green")}}},
		{"decimals": 2.0, "thresholds": map[string]any{"steps": []any{at(nil, "red"), at(-0.3, "yellow"), at(0.3, "green")}}},
		{"thresholds": map[string]any{"steps": []any{at(nil, "green"), at(80.0, "red")}}},
		{"thresholds": map[string]any{"mode": "percentage", "steps": []any{at(nil, "red"), at(0.0, "green")}}},
		{"color": map[string]any{"mode": "palette-classic"}},
	} {
		fmt.Print(settings.ReadConfig(c).SaysStatus(), " ")
	}
	// Output: false false false true true true true false
}

func ExampleMapValue() {
	config := settings.ReadConfig(settings.Object{"mappings": []any{
		map[string]any{"type": "regex", "options": map[string]any{"pattern": "/^(\\w+)_FAILED$/", "result": map[string]any{"text": "$1 has failed"}}},
		map[string]any{"type": "special", "options": map[string]any{"match": "null", "result": map[string]any{"text": "no run"}}}}})
	for _, v := range []any{"fred_FAILED", nil} {
		mapped, _ := settings.MapValue(config.Mappings, v)
		fmt.Println(*mapped.Text)
	}
	_, found := settings.MapValue(config.Mappings, "SUCCESS")
	fmt.Println("SUCCESS is mapped:", found)
	// Output:
	// fred has failed
	// no run
	// SUCCESS is mapped: false
}
