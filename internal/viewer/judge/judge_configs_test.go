package judge_test

import (
	"encoding/json"
	"math"
	"testing"

	"macrowatch/internal/testkit/testfiles"
	"macrowatch/internal/viewer/settings"
)

func infinity(sign int) any { return math.Inf(sign) }
func notANumber() any       { return math.NaN() }

type judgedConfig struct {
	defaults  settings.Object
	overrides []settings.Object
}

// judgedConfigs are settings of every sort, and the settings of panels that a running Grafana was seen to draw correctly.
func judgedConfigs(t *testing.T) map[string]judgedConfig {
	t.Helper()
	out := map[string]judgedConfig{}
	for name, text := range map[string]string{
		"nothing":                `{}`,
		"unit s":                 `{"defaults": {"unit": "s"}}`,
		"decimals":               `{"defaults": {"unit": "percent", "decimals": 2, "noValue": "none"}}`,
		"thresholds":             `{"defaults": {"unit": "percent", "thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "green"}, {"value": 2, "color": "yellow"}, {"value": 5, "color": "#ff000080"}]}}}`,
		"percentage":             `{"defaults": {"min": -10, "max": 60, "thresholds": {"mode": "percentage", "steps": [{"value": null, "color": "rgb(1, 2, 3)"}, {"value": 50, "color": "semi-dark-orange"}, {"value": 90, "color": "text"}]}}}`,
		"percentage of the data": `{"defaults": {"color": {"mode": "thresholds"}, "thresholds": {"mode": "percentage", "steps": [{"value": null, "color": "dark-blue"}, {"value": 30, "color": "transparent"}]}}}`,
		"continuous":             `{"defaults": {"color": {"mode": "continuous-GrYlRd"}}}`,
		"continuous fixed ends":  `{"defaults": {"color": {"mode": "continuous-BlYlRd", "seriesBy": "max"}, "min": 0, "max": 10}}`,
		"continuous own ends":    `{"defaults": {"color": {"mode": "continuous-blues"}, "fieldMinMax": true, "min": 0}}`,
		"continuous reds":        `{"defaults": {"color": {"mode": "continuous-reds"}, "fieldMinMax": true}}`,
		"continuous purple":      `{"defaults": {"color": {"mode": "continuous-BlPu"}, "max": 100}}`,
		"palette":                `{"defaults": {"color": {"mode": "palette-classic"}, "unit": "short"}}`,
		"palette by name":        `{"defaults": {"color": {"mode": "palette-classic-by-name"}}}`,
		"shades":                 `{"defaults": {"color": {"mode": "shades", "fixedColor": "semi-dark-blue"}}}`,
		"shades of red":          `{"defaults": {"color": {"mode": "shades", "fixedColor": "#E02F44"}}}`,
		"shades of orange":       `{"defaults": {"color": {"mode": "shades", "fixedColor": "orange"}}}`,
		"shades of grey":         `{"defaults": {"color": {"mode": "shades", "fixedColor": "#6e6e70"}}}`,
		"shades near black":      `{"defaults": {"color": {"mode": "shades", "fixedColor": "#0b0103"}}}`,
		"shades near white":      `{"defaults": {"color": {"mode": "shades", "fixedColor": "rgb(250, 255, 252)"}}}`,
		"fixed":                  `{"defaults": {"color": {"mode": "fixed", "fixedColor": "purple"}}}`,
		"fixed css":              `{"defaults": {"color": {"mode": "fixed", "fixedColor": "RebeccaPurple"}}}`,
		"fixed unnamed":          `{"defaults": {"color": {"mode": "fixed"}}}`,
		"no thresholds":          `{"defaults": {"thresholds": {"mode": "absolute", "steps": []}}}`,
		"ends the wrong way":     `{"defaults": {"min": 10, "max": -10, "color": {"mode": "continuous-RdYlGr"}}}`,
		"names":                  `{"defaults": {"displayName": "Called"}}`,
		"dates":                  `{"defaults": {"unit": "dateTimeAsIso"}}`,
		"from now":               `{"defaults": {"unit": "dateTimeFromNow"}}`,
		"pattern":                `{"defaults": {"unit": "time:YYYY/MM/DD"}}`,
		"currency":               `{"defaults": {"unit": "currencyBRL", "decimals": 1}}`,
		"locale":                 `{"defaults": {"unit": "locale"}}`,
		"unknown unit":           `{"defaults": {"unit": "lots"}}`,
		"booleans":               `{"defaults": {"unit": "bool_on_off"}}`,
		"values":                 `{"defaults": {"mappings": [{"type": "value", "options": {"SUCCESS": {"text": "ok", "color": "green"}, "0": {"text": "nil", "color": "#123456"}, "true": {"color": "blue"}, "5": {"text": ""}, "3.5": {"text": "x"}}}]}}`,
		"ranges": `{"defaults": {"unit": "s", "mappings": [{"type": "range", "options": {"from": 0, "to": 10, "result": {"text": "low", "color": "dark-green"}}},
			{"type": "range", "options": {"from": null, "to": 40, "result": {"text": "middle"}}}, {"type": "range", "options": {"from": 40, "result": {"color": "orange"}}}]}}`,
		"patterns": `{"defaults": {"mappings": [{"type": "regex", "options": {"pattern": "/^(\\w)-(\\d+)$/", "result": {"text": "$2 of $1 ($&, $$)", "color": "red"}}},
			{"type": "regex", "options": {"pattern": "/s/gi", "result": {"text": "z"}}}, {"type": "regex", "options": {"pattern": "RUNNING", "result": {"color": "yellow"}}}]}}`,
		"special": `{"defaults": {"noValue": "–", "mappings": [{"type": "special", "options": {"match": "null", "result": {"text": "missing", "color": "transparent"}}},
			{"type": "special", "options": {"match": "empty", "result": {"text": "blank", "color": "super-light-red"}}}, {"type": "special", "options": {"match": "nan", "result": {"text": "no number"}}},
			{"type": "special", "options": {"match": "true", "result": {"text": "yes", "color": "light-green"}}}, {"type": "special", "options": {"match": "false", "result": {"text": "no"}}}]}}`,
		"null and nan": `{"defaults": {"mappings": [{"type": "special", "options": {"match": "null+nan", "result": {"color": "transparent", "text": ""}}}]}}`,
		"overrides": `{"defaults": {"unit": "ms", "color": {"mode": "palette-classic"}}, "overrides": [
			{"matcher": {"id": "byName", "options": "v"}, "properties": [{"id": "unit", "value": "bytes"}, {"id": "displayName", "value": "Renamed"}]},
			{"matcher": {"id": "byRegexp", "options": "/FAILED|status/"}, "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": "red"}}, {"id": "decimals", "value": 3}]},
			{"matcher": {"id": "byType", "options": "time"}, "properties": [{"id": "unit", "value": "dateTimeAsUS"}]},
			{"matcher": {"id": "byFrameRefID", "options": "B"}, "properties": [{"id": "unit", "value": "percentunit"}, {"id": "color", "value": {"mode": "fixed"}}]},
			{"matcher": {"id": "byNames", "options": {"mode": "exclude", "names": ["v", "Renamed", "status"]}}, "properties": [{"id": "noValue", "value": "excluded"}]},
			{"matcher": {"id": "byName", "options": "Renamed"}, "properties": [{"id": "min", "value": "5"}, {"id": "thresholds", "value": {"mode": "absolute", "steps": [{"value": null, "color": "blue"}]}}]},
			{"matcher": {"id": "byName", "options": "SUCCESS"}, "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": "dark-green"}}]}]}`,
		"by value": `{"defaults": {}, "overrides": [
			{"matcher": {"id": "byValue", "options": {"reducer": "max", "op": "gt", "value": 3}}, "properties": [{"id": "unit", "value": "kwatt"}]},
			{"matcher": {"id": "byValue", "options": {"reducer": "allIsNull", "op": "gte", "value": 0}}, "properties": [{"id": "noValue", "value": "all null"}]},
			{"matcher": {"id": "byValue", "options": {"reducer": "lastNotNull", "op": "eq", "value": "SUCCESS"}}, "properties": [{"id": "displayName", "value": "Good"}]},
			{"matcher": {"id": "byValue", "options": {"reducer": "min", "op": "lte", "value": 0}}, "properties": [{"id": "decimals", "value": 0}]}]}`,
		"removed": `{"defaults": {"unit": "s", "decimals": 1, "mappings": [{"type": "value", "options": {"SUCCESS": {"text": "ok"}}}]}, "overrides": [
			{"matcher": {"id": "numeric"}, "properties": [{"id": "unit", "value": null}]}, {"matcher": {"id": "byRegexp", "options": "/^status$/"}, "properties": [{"id": "mappings", "value": []}]},
			{"matcher": {"id": "firstTimeField"}, "properties": [{"id": "unit", "value": "time:HH:mm"}]}, {"matcher": {"id": "first"}, "properties": [{"id": "noValue", "value": "first"}]}]}`,
	} {
		out[name] = judgedSettings(t, []byte(text), nil)
	}
	var proved struct {
		Panels []struct {
			Type, Title string
			FieldConfig json.RawMessage
		}
	}
	if err := json.Unmarshal(testfiles.Read(t, "grafana/proved-panels.json"), &proved); err != nil {
		t.Fatal(err)
	}
	for _, p := range proved.Panels {
		out["proved "+p.Type+" "+p.Title] = judgedSettings(t, p.FieldConfig, kindDefaults(p.Type))
	}
	return out
}

// judgedSettings lays settings over the defaults that Grafana gives a panel when it loads it.
func judgedSettings(t *testing.T, raw []byte, kindDefaults settings.Object) judgedConfig {
	t.Helper()
	var fc struct {
		Defaults  settings.Object
		Overrides []settings.Object
	}
	if err := json.Unmarshal(raw, &fc); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	c := judgedConfig{defaults: fc.Defaults.Over(kindDefaults.Over(settings.StandardDefaults())), overrides: fc.Overrides}
	if c.overrides == nil {
		c.overrides = []settings.Object{}
	}
	return c
}
