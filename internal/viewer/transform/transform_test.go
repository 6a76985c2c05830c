package transform_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/view"
)

const signals = `SELECT * FROM (VALUES ('FX', 'FX_CARRY', 0.5), ('FX', 'FX_TREND', -0.25), ('Rates', 'RATES_CURVE', 1.0)) s(asset_class, strategy_id, signed)`

// grid writes a table as lines. The first line has the titles.
func grid(v *view.View) string {
	var lines []string
	var titles []string
	for _, c := range v.Table.Columns {
		titles = append(titles, c.Title)
	}
	lines = append(lines, strings.Join(titles, "|"))
	for _, row := range v.Table.Rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, c.Prefix+c.Text+c.Suffix)
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	return strings.Join(lines, "\n")
}

func TestASignalMatrixIsARealPivot(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	v := b.View("table", signals, `"transformations": [
		{"id": "groupingToMatrix", "options": {"columnField": "strategy_id", "rowField": "asset_class", "valueField": "signed", "emptyValue": "null"}},
		{"id": "organize", "options": {"renameByName": {"asset_class\\strategy_id": "Asset class"}}}],
		"fieldConfig": {"defaults": {"decimals": 2, "unit": "percent"}, "overrides": [{"matcher": {"id": "byName", "options": "Asset class"}, "properties": [{"id": "unit", "value": "string"}]}]}`)
	paneltest.NoNotices(t, v)
	want := "Asset class|FX_CARRY|FX_TREND|RATES_CURVE\nFX|0.50%|-0.25%|\nRates|||1.00%"
	if got := grid(v); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTransformationsLeaveTheAnswersFramesAsTheQueryReturnedThem(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	p := b.Render(paneltest.OnePanel("table", signals, `"transformations": [{"id": "organize", "options": {"excludeByName": {"signed": true}}},
		{"id": "sortBy", "options": {"sort": [{"field": "strategy_id", "desc": true}]}}]`), paneltest.Request())
	if p.Error != "" || len(p.Frames) != 1 {
		t.Fatalf("error %q, %d frames", p.Error, len(p.Frames))
	}
	var frame struct {
		Schema struct{ Fields []struct{ Name string } }
		Data   struct{ Values [][]any }
	}
	if err := json.Unmarshal(p.Frames[0], &frame); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(frame.Schema.Fields, frame.Data.Values[1]); got != "[{asset_class} {strategy_id} {signed}] [FX_CARRY FX_TREND RATES_CURVE]" {
		t.Errorf("frames hold %s", got)
	}
	if got := grid(p.View); got != "asset_class|strategy_id\nRates|RATES_CURVE\nFX|FX_TREND\nFX|FX_CARRY" {
		t.Errorf("view shows\n%s", got)
	}
}

func TestOptionsOfTransformationsThatAreNotKnownAreSaid(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for rest, want := range map[string]string{
		`{"id": "organize", "options": {"orderByMode": "auto"}}`:                          `The option "orderByMode" of the transformation "organize" is not supported.`,
		`{"id": "groupingToMatrix", "options": {"columnField": "nobody"}}`:                `there is no field "nobody"; there are asset_class, strategy_id, signed`,
		`{"id": "sortBy", "options": {"sort": [{"field": "a"}, {"field": "b"}]}}`:         "sorted by the first field only",
		`{"id": "joinByField", "disabled": true}, {"id": "merge", "options": {"odd": 1}}`: `The option "odd" of the transformation "merge" is not supported.`,
	} {
		t.Run(rest, func(t *testing.T) {
			b := b.In(t)
			paneltest.WantNotice(t, b.View("table", signals, `"transformations": [`+rest+`]`), want)
		})
	}
}

func TestATransformationThatCannotBeDoneSaysWhy(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for rest, want := range map[string]string{
		`{"id": "reduce", "options": {"reducers": ["mode"]}}`:                                                        `The transformation "reduce": the calculation "mode" is not known.`,
		`{"id": "filterFieldsByName", "options": {"include": {"pattern": "/(?!x)y/"}}}`:                              "not a regular expression that can be read here",
		`{"id": "calculateField", "options": {"mode": "windowFunctions", "window": {"windowSize": -1}}}`:             "the window must be larger than 0 rows",
		`{"id": "calculateField", "options": {"mode": "reduceRow", "reduce": {"include": ["asset_class"]}}}`:         `"asset_class" holds no numbers`,
		`{"id": "groupingToMatrix", "options": {"columnField": "none", "rowField": "v", "valueField": "v"}}`:         `the field "none" has rows without a value`,
		`{"id": "calculateField", "options": {"mode": "binary", "binary": {"left": "1", "operator": "^"}}}`:          `the operation "^" is not known`,
		`{"id": "reduce", "filter": {"id": "byLuck", "options": 1}, "options": {}}`:                                  `the filter "byLuck" is not supported`,
		`{"id": "organize", "options": {}}, {"id": "reduce", "options": {"fields": {"id": "byLuck", "options": 1}}}`: `the matcher "byLuck" is not supported`,
	} {
		t.Run(rest, func(t *testing.T) {
			b := b.In(t)
			p := b.Render(paneltest.OnePanel("table", `SELECT 'a' AS asset_class, NULL::text AS none, 1.0 AS v`, `"transformations": [`+rest+`]`), paneltest.Request())
			if !strings.Contains(p.Error, want) {
				t.Errorf("%s: error %q, want %q", rest, p.Error, want)
			}
		})
	}
}
