package render_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/testkit/testfiles"
	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/render"
)

func TestATextPanelIsSafeHTML(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	text := func(options string) string {
		return b.Render(`{"templating": {"list": [{"name": "who", "type": "custom", "query": "desk", "current": {"value": "desk"}}]},
			"panels": [{"id": 1, "type": "text", "options": `+options+`}]}`, paneltest.Request()).View.Text.HTML
	}
	if got := text(`{"mode": "markdown", "content": "# Hello $who\n\n| a |\n|---|\n| *b* |\n\n<script>alert(1)</script><img src=x onerror=alert(1)>"}`); !strings.Contains(got, "<h1>Hello desk</h1>") ||
		!strings.Contains(got, "<em>b</em>") || strings.Contains(got, "alert") {
		t.Errorf("markdown: %s", got)
	}
	if got := text(`{"mode": "html", "content": "<b>x</b><a href=\"javascript:alert(1)\">y</a>"}`); !strings.Contains(got, "<b>x</b>") || strings.Contains(got, "javascript") {
		t.Errorf("html: %s", got)
	}
	if got := text(`{"mode": "code", "content": "a < b", "code": {"language": "sql"}}`); got != "<pre><code>a &lt; b</code></pre>" {
		t.Errorf("code: %s", got)
	}
}

func TestWhatIsNotKnownIsSaidAndNotDrawn(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for text, want := range map[string]string{
		paneltest.OnePanel("geomap", "SELECT 1", ""): `Panels of the type "geomap" are not supported.`,
		paneltest.OnePanel("table", "SELECT 1", `"transformations": [{"id": "merge"}, {"id": "histogram", "options": {}}]`):         `The transformation "histogram" is not supported.`,
		paneltest.OnePanel("table", "SELECT 1", `"transformations": [{"id": "organize", "topic": "annotations"}]`):                  `The transformation "organize" of annotations is not supported.`,
		paneltest.OnePanel("table", "SELECT 1", `"transformations": [{"id": "calculateField", "options": {"mode": "regression"}}]`): `Calculations of the mode "regression" are not supported.`,
		paneltest.OnePanel("table", "SELECT 1", `"libraryPanel": {"uid": "x"}`):                                                     "Library panels are not supported: the panel's settings are not in the dashboard.",
	} {
		t.Run(want, func(t *testing.T) {
			b := b.In(t)
			p := b.Render(text, paneltest.Request())
			if p.Error != "" || p.View.Kind != "unsupported" || p.View.Message != want {
				t.Errorf("got %q %+v, want %s", p.Error, p.View, want)
			}
		})
	}
	if p := b.Render(paneltest.OnePanel("table", "SELECT 1 AS v", `"transformations": [{"id": "organize", "disabled": true}]`), paneltest.Request()); p.View.Kind != "table" {
		t.Errorf("a disabled transformation: %+v", p.View)
	}
	if p := b.Render(paneltest.OnePanel("row", "", ""), paneltest.Request()); p.View.Kind != "row" || p.Error != "" {
		t.Errorf("a row: %+v", p)
	}
}

func TestErrorsStandInTheAnswer(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for text, want := range map[string]string{
		paneltest.OnePanel("table", "SELECT * FROM nowhere", ""):                                    `The table "nowhere" does not exist in the database (42P01).`,
		paneltest.OnePanel("table", "SELECT $__timeGruop(t)", ""):                                   "The macro $__timeGruop is unknown.",
		paneltest.OnePanel("table", "SELECT 1", `"interval": "soon"`):                               `The minimum interval "soon" is not`,
		paneltest.OnePanel("table", "SELECT 1", `"timeFrom": "soon"`):                               `TimeFrom "now-soon" has "o" where +, - or / is expected`,
		paneltest.OnePanel("table", "SELECT 1", `"datasource": {"type": "prometheus", "uid": "x"}`): "only PostgreSQL is supported.",
		paneltest.OnePanel("stat", "SELECT 1", `"options": {"reduceOptions": {"fields": "/(/"}}`):   "not a regular expression",
		`{"panels": [{"id": 2, "type": "table"}]}`:                                                  "The dashboard has no panel 1.",
	} {
		t.Run(want, func(t *testing.T) {
			b := b.In(t)
			p := b.Render(text, paneltest.Request())
			if !strings.Contains(p.Error, want) || p.View != nil || p.Frames == nil {
				t.Errorf("%s: got %q, view %v", text, p.Error, p.View)
			}
		})
	}
}

func TestTheSQLAndItsFramesAreInTheAnswer(t *testing.T) {
	t.Parallel()
	p := paneltest.New(t).Render(paneltest.OnePanel("table", "SELECT $__timeTo()::timestamptz AS t, '$__interval' AS i, $__interval_ms AS ms", `"maxDataPoints": 1440, "interval": "1s"`), paneltest.Request())
	if p.Error != "" || len(p.Frames) != 1 {
		t.Fatalf("%q, %d frames", p.Error, len(p.Frames))
	}
	var frame struct {
		Schema struct {
			RefID string
			Meta  struct{ ExecutedQueryString string }
		}
		Data struct{ Values [][]any }
	}
	if err := json.Unmarshal(p.Frames[0], &frame); err != nil {
		t.Fatal(err)
	}
	if want := "SELECT '2025-05-30T12:00:00Z'::timestamptz AS t, '1m' AS i, 60000 AS ms"; frame.Schema.Meta.ExecutedQueryString != want || frame.Schema.RefID != "A" {
		t.Errorf("got %+v, want %s", frame.Schema, want)
	}
	if frame.Data.Values[2][0] != 60000.0 {
		t.Errorf("values: %v", frame.Data.Values)
	}
}

func TestWithoutFramesThePanelIsDrawnAsWithThem(t *testing.T) {
	t.Parallel()
	db, board := paneltest.New(t), paneltest.OnePanel("table", "SELECT n FROM generate_series(1, 3) n", "")
	whole, r := db.Render(board, paneltest.Request()), paneltest.Request()
	r.WithoutFrames = true
	brief := db.Render(board, r)
	if len(whole.Frames) != 1 || whole.View == nil || brief.Frames != nil || !reflect.DeepEqual(brief.View, whole.View) {
		t.Errorf("%+v\n%+v", brief, whole)
	}
}

func TestWithoutASettingTheIntervalIsAtLeastAMinute(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	r := paneltest.Request()
	r.From = r.To.Add(-time.Minute)
	for rest, want := range map[string]string{"": "60000", `"interval": "1s"`: "1000", `"interval": ">10m"`: "600000", `"interval": "5s", "maxDataPoints": 2`: "30000"} {
		t.Run("with "+rest, func(t *testing.T) {
			b := b.In(t)
			p := b.Render(paneltest.OnePanel("stat", "SELECT $__interval_ms AS v", rest), r)
			if got := p.View.Stat.Items[0].Value.Text; got != want {
				t.Errorf("%s: got %s, want %s", rest, got, want)
			}
		})
	}
}

func TestAPanelsOwnRange(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	text := paneltest.OnePanel("stat", "SELECT $__timeFrom() AS v", `"timeFrom": "5y", "timeShift": "1d", "options": {"reduceOptions": {"fields": "/.*/"}}`)
	p := b.Render(text, paneltest.Request())
	if got := p.View.Stat.Items[0].Value.Text; got != "2020-05-29T12:00:00Z" || p.Range.Label != "Last 5 years, 1 day earlier" {
		t.Errorf("got %s, range %+v", got, p.Range)
	}
	hidden := b.Render(strings.Replace(text, `"timeShift"`, `"hideTimeOverride": true, "timeShift"`, 1), paneltest.Request())
	if hidden.Range.Label != "" || hidden.Range.From != p.Range.From {
		t.Errorf("hidden: %+v", hidden.Range)
	}
}

func TestAPanelsOwnRangeMayBeAVariable(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	dashboard := `{"templating": {"list": [{"name": "history", "type": "custom", "query": "five years : 5y, 2d", "current": {"text": "five years", "value": "5y"}}]},`
	for _, expr := range []string{"$history", "${history}", "now-${history}", "[[history]]"} {
		t.Run(expr, func(t *testing.T) {
			b := b.In(t)
			p := b.Render(dashboard+paneltest.OnePanel("stat", "SELECT 1 AS v", `"timeFrom": "`+expr+`"`)[1:], paneltest.Request())
			if want := paneltest.Noon().AddDate(-5, 0, 0).UnixMilli(); p.Error != "" || p.Range.From != want || p.Range.Label != "Last 5 years" {
				t.Errorf("%s: %s, %+v, want from %d", expr, p.Error, p.Range, want)
			}
		})
	}
	text := dashboard + paneltest.OnePanel("stat", "SELECT 1 AS v", `"timeFrom": "$history", "timeShift": "$history"`)[1:]
	r := paneltest.Request()
	r.Variables = map[string][]string{"history": {"2d"}}
	if p := b.Render(text, r); p.Range.From != paneltest.Noon().AddDate(0, 0, -4).UnixMilli() || p.Range.To != paneltest.Noon().AddDate(0,
		0, -2).UnixMilli() {
		t.Errorf("chosen in the address: %s, %+v", p.Error, p.Range)
	}
	r.Relative = false // a range that was picked absolutely is only shifted
	if p := b.Render(text, r); p.Range.From != r.From.AddDate(0, 0, -2).UnixMilli() {
		t.Errorf("an absolute range: %s, %+v", p.Error, p.Range)
	}
	if p := b.Render(paneltest.OnePanel("stat", "SELECT 1 AS v", `"timeFrom": "$nothing"`), paneltest.Request()); !strings.Contains(p.Error, "nothing") {
		t.Errorf("an unknown variable: %q", p.Error)
	}
}

func TestVariablesComeFromTheRequestOrTheDashboard(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	text := `{"templating": {"list": [{"name": "step", "type": "custom", "query": "bcb, fred", "current": {"text": "fred", "value": "fred"}},
		{"name": "many", "type": "custom", "query": "a,b,x'y", "multi": true, "current": {"value": ["a", "b"]}}, {"name": "fixed", "type": "constant", "query": "7"}]},` +
		paneltest.OnePanel("stat", "SELECT '$step' || array_to_string(ARRAY[$many], '') || '$fixed' AS v", `"options": {"reduceOptions": {"fields": "/.*/"}}`)[1:]
	text = strings.Replace(text, `"title": "T"`, `"title": "Step $step"`, 1)
	p := b.Render(text, paneltest.Request())
	if p.Error != "" || p.View.Stat.Items[0].Value.Text != "fredab7" || p.Title != "Step fred" {
		t.Errorf("saved: %+v", p)
	}
	r := paneltest.Request()
	r.Variables = map[string][]string{"step": {"bcb"}, "many": {"x'y"}}
	if p := b.Render(text, r); p.Error != "" || p.View.Stat.Items[0].Value.Text != "bcbx'y7" {
		t.Errorf("asked: %+v", p)
	}
}

func TestRowsThatWereCutAreSaid(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	d := b.Dashboard(paneltest.OnePanel("table", "SELECT generate_series(1, 100) AS n", ""))
	p := render.Panel(t.Context(), query.NewRunner(b.Pool, query.Options{MaxRows: 3}), d, 1, paneltest.Request(), annotation.Marks{})
	if len(p.View.Table.Rows) != 3 {
		t.Errorf("rows: %d", len(p.View.Table.Rows))
	}
	paneltest.WantNotice(t, p.View, "Only the first 3 rows are shown")
}

func TestDisplayNamesAreTemplates(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("timeseries", "SELECT $__timeTo()::timestamptz AS time, 'fred' AS step, 'EU' AS region, 1.0 AS v",
		`"fieldConfig": {"defaults": {"displayName": "${__field.labels.step} in ${__field.labels.region}"}}`)
	if got := v.TimeSeries.Series[0].Name; got != "fred in EU" {
		t.Errorf("got %s", got)
	}
	rows := paneltest.New(t).View("stat", "SELECT * FROM (VALUES ('a', 1), ('b', 2)) x(name, v)",
		`"options": {"reduceOptions": {"values": true}}, "fieldConfig": {"defaults": {"displayName": "Row ${__data.fields.name}"}}`)
	if got := paneltest.StatTexts(rows.Stat.Items); got != "Row a=1 | Row b=2" {
		t.Errorf("got %s", got)
	}
}

func TestParseDashboardReadsRowsNestedAndNot(t *testing.T) {
	t.Parallel()
	d, err := model.Parse([]byte(`{"uid": "u", "title": "D", "refresh": "15m", "timezone": "browser", "time": {"from": "now-24h", "to": "now"}, "tags": ["x"],
		"panels": [{"id": 9, "type": "stat"}, {"id": 1, "type": "row", "title": "One"}, {"id": 2, "type": "stat", "gridPos": {"x": 1, "y": 2, "w": 3, "h": 4}},
		{"id": 3, "type": "row", "collapsed": true, "panels": [{"id": 4, "type": "table"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range d.Panels {
		got = append(got, p.Type+string(rune('0'+p.ID))+"in"+string(rune('0'+p.Row)))
	}
	if s := strings.Join(got, " "); s != "stat9in0 row1in0 stat2in1 row3in0 table4in3" {
		t.Errorf("panels: %s", s)
	}
	if d.UID != "u" || d.Refresh != "15m" || d.From != "now-24h" || d.Panel(2).GridPos != (model.GridPos{X: 1, Y: 2, W: 3,
		H: 4}) || !d.Panel(3).Collapsed {
		t.Errorf("got %+v", d)
	}
}

func TestPanelsWithoutAnIDAreNumbered(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[{"type": "stat"}]`: "1",
		`[{"type": "stat"}, {"type": "table"}, {"id": 4}, {"type": "text"}]`:          "5 6 4 7",
		`[{"id": 1}, {"id": 1}, {"id": 0}]`:                                           "1 2 3",
		`[{"id": 2, "type": "row", "panels": [{"id": 2}, {}]}, {"id": 9}, {"id": 2}]`: "2 10 11 9 12",
	} {
		t.Run(text, func(t *testing.T) {
			d, err := model.Parse([]byte(`{"panels": ` + text + `}`))
			if err != nil {
				t.Errorf("%s: %v", text, err)
				return
			}
			var ids []string
			for _, p := range d.Panels {
				ids = append(ids, fmt.Sprint(p.ID))
			}
			if got := strings.Join(ids, " "); got != want {
				t.Errorf("%s: %s, want %s", text, got, want)
			}
		})
	}
}

func TestParseDashboardSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`nonsense`:                    "not JSON",
		`{"panels": [{"id": "one"}]}`: "panels.id",
		`{"schemaVersion": 22, "panels": [{"id": 1, "type": "graph"}]}`:        "schema version 22; 33 and later are supported",
		`{"apiVersion": "dashboard.grafana.app/v2", "spec": {"elements": {}}}`: "the form of a resource (dashboard.grafana.app/v2)",
		`{"rows": [{"panels": []}]}`:                                           "before version 5",
	} {
		t.Run(text, func(t *testing.T) {
			if _, err := model.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q", text, err, want)
			}
		})
	}
}

func FuzzParseDashboard(f *testing.F) {
	f.Add([]byte(paneltest.OnePanel("stat", "SELECT 1", paneltest.TileSettings)))
	f.Add([]byte(paneltest.OnePanel("timeseries", paneltest.RunsQuery, paneltest.BarSettings)))
	f.Add(testfiles.Read(f, "grafana/proved-panels.json"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := model.Parse(raw)
		if (d == nil) == (err == nil) {
			t.Errorf("both or neither: %v, %v", d, err)
		}
	})
}
