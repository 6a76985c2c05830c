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
