package heatmap_test

import (
	"fmt"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/view"
)

func cellsOf(h *view.Heatmap) string {
	var out []string
	for _, c := range h.Cells {
		out = append(out, fmt.Sprintf("%d,%s=%s%s", c.Column, h.Rows[c.Row], c.Value.Text, c.Value.Suffix))
	}
	return strings.Join(out, " ")
}

func heatmap(b paneltest.Bench, sql, rest string) *view.Heatmap {
	b.TB.Helper()
	v := b.View("heatmap", sql, rest)
	paneltest.NoNotices(b.TB, v)
	if v.Heatmap == nil {
		b.TB.Fatalf("%s: %s %s", sql, v.Kind, v.Message)
	}
	return v.Heatmap
}

const hourly = `SELECT timestamptz '2025-05-30 06:00Z' + n * interval '1 hour' AS time, n - 1.5 AS "Dec", nullif(n, 1)::float8 AS "Nov" FROM generate_series(0, 2) n`

func TestAHeatmapHidesWhatIsNotAboveItsFilter(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for filter, want := range map[string]string{
		"":                                      "2,Dec=0.500 2,Nov=2", // negative cells, zeros and missing ones are not drawn
		`"filterValues": {}`:                    "2,Dec=0.500 2,Nov=2",
		`"filterValues": {"le": -1e9}`:          "0,Dec=-1.50 0,Nov=0 1,Dec=-0.500 2,Dec=0.500 2,Nov=2",
		`"filterValues": {"le": -1e9, "ge": 1}`: "0,Dec=-1.50 0,Nov=0 1,Dec=-0.500 2,Dec=0.500",
	} {
		t.Run(filter, func(t *testing.T) {
			b := b.In(t)
			if got := cellsOf(heatmap(b, hourly, `"options": {`+filter+`}`)); got != want {
				t.Errorf("%s: got %s, want %s", filter, got, want)
			}
		})
	}
}

func TestAHeatmapsColumnsEndAtTheirTimes(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	h := heatmap(b, hourly, `"options": {"filterValues": {"le": -1e9}}`)
	at := float64(paneltest.Noon().UnixMilli())
	const hour = 3600e3
	if len(h.Columns) != 3 || h.Columns[0].From != at-7*hour || h.Columns[0].To != at-6*hour || h.Columns[0].Text != "Fri 30 May 2025, 06:00" {
		t.Errorf("got %+v", h.Columns)
	}
	if !h.XTime || h.X.Min != at-24*hour || h.X.Max != at || len(h.X.Ticks) == 0 {
		t.Errorf("axis %+v", h.X)
	}
	// Columns outside the panel's range are not drawn, but count for the scale of colours.
	old := strings.Replace(hourly, "2025-05-30 06:00Z", "2025-05-29 11:00Z", 1)
	if h := heatmap(b, old, `"options": {"filterValues": {"le": -1e9}}`); len(h.Columns) != 1 || h.Scale.Min.Text != "-1.50" || cellsOf(h) != "0,Dec=0.500 0,Nov=2" {
		t.Errorf("got %+v %s", h.Columns, cellsOf(h))
	}
	alone := heatmap(b, "SELECT timestamptz '2025-05-30 06:00Z' AS time, 5 AS v", "")
	if c := alone.Columns[0]; c.To-c.From != 24*hour || cellsOf(alone) != "0,v=5" {
		t.Errorf("one column alone: %+v", alone)
	}
	numbers := heatmap(b, "SELECT n * 10 AS x, n AS low, n + 1 AS high FROM generate_series(1, 3) n", "")
	if numbers.XTime || numbers.X.Min != 0 || numbers.X.Max != 30 || cellsOf(numbers) != "0,low=1 0,high=2 1,low=2 1,high=3 2,low=3 2,high=4" {
		t.Errorf("numbers: %+v %s", numbers.X, cellsOf(numbers))
	}
}

// A tick in the middle of a column would name a time that the column does not begin at.
func TestAWideHeatmapHasNoMoreTicksThanColumns(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for name, c := range map[string]struct{ step, length string }{"years": {"1 year", "7 years"}, "months": {"1 month", "10 months"}, "days": {"1 day", "5 days"}} {
		t.Run(name, func(t *testing.T) {
			r := paneltest.Request()
			r.Width = 3800
			sql := fmt.Sprintf("SELECT at AS time, 1 AS v FROM generate_series(timestamptz '2025-05-30 12:00Z' - interval '%s', timestamptz '2025-05-30 12:00Z', interval '%s') at", c.length, c.step)
			from := strings.NewReplacer(" years", "y", " months", "M", " days", "d").Replace(c.length)
			h := b.In(t).Render(paneltest.OnePanel("heatmap", sql, `"timeFrom": "now-`+from+`"`), r).View.Heatmap
			if len(h.Columns) < 5 || len(h.X.Ticks) > len(h.Columns) || len(h.X.Ticks) < 4 {
				t.Errorf("%d columns have the ticks %v", len(h.Columns), h.X.Ticks)
			}
		})
	}
}

func TestAHeatmapsRowsWithNumericNamesAreSorted(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := `SELECT 3 AS "+Inf", 2 AS "10", timestamptz '2025-05-30 06:00Z' AS time, 1 AS "0.5"`
	if got := strings.Join(heatmap(b, sql, "").Rows, " "); got != "0.5 10 +Inf" {
		t.Errorf("rows %s", got)
	}
	if got := strings.Join(heatmap(b, sql, `"options": {"yAxis": {"unit": "s", "reverse": true}}`).Rows, ", "); got != "+Inf, 10 s, 500 ms" {
		t.Errorf("with a unit, turned: %s", got)
	}
	turned := heatmap(b, hourly, `"options": {"yAxis": {"reverse": true}}`)
	if strings.Join(turned.Rows, " ") != "Nov Dec" || cellsOf(turned) != "2,Dec=0.500 2,Nov=2" {
		t.Errorf("turned: %v %s", turned.Rows, cellsOf(turned))
	}
	if v := b.View("heatmap", `SELECT 3 AS "20", 2 AS "10"`, ""); v.Kind != "empty" {
		t.Errorf("numbers only: %+v", v)
	}
}

func TestAHeatmapsColoursFollowItsScheme(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := `SELECT timestamptz '2025-05-30 06:00Z' + n * interval '1 hour' AS time, n * 10.0 - 10 AS v FROM generate_series(0, 2) n`
	colours := func(options string) string {
		var out []string
		for _, c := range heatmap(b, sql, `"options": {"filterValues": {"le": -1e9}, "color": {`+options+`}}`).Cells {
			out = append(out, c.Value.Color)
		}
		return strings.Join(out, " ")
	}
	for options, want := range map[string]string{
		`"scheme": "RdYlGn", "reverse": true`:                             "#a50026 #f7f8ad #006837", // red below zero
		`"scheme": "RdYlGn"`:                                              "#006837 #faf6ad #a50026", // the scale is turned unless "reverse" is set
		`"scheme": "RdYlGn", "reverse": true, "min": 0, "max": 1`:         "#a50026 #a50026 #006837",
		`"scheme": "Oranges", "steps": 2`:                                 "#7f2704 #fff5eb #fff5eb",
		`"mode": "opacity", "fill": "red", "steps": 3`:                    "transparent #f24a5cb4 #f24a5c",
		`"mode": "opacity", "fill": "red", "steps": 3, "scale": "linear"`: "transparent #f24a5c80 #f24a5c",
	} {
		t.Run(options, func(t *testing.T) {
			if got := colours(options); got != want {
				t.Errorf("%s: got %s, want %s", options, got, want)
			}
		})
	}
	paneltest.WantNotice(t, b.View("heatmap", sql, `"options": {"color": {"scheme": "Moonlight"}}`), `"Moonlight" is not known`)
}

func TestAHeatmapShowsItsOwnUnitsAndNoFieldSettings(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	h := heatmap(b, hourly, `"options": {"cellValues": {"unit": "percent", "decimals": 1}, "rowsFrame": {"layout": "auto", "value": "Return"}, "cellGap": 3, "legend": {"show": false},
		"tooltip": {"show": false}, "yAxis": {"axisPlacement": "right", "axisLabel": "month", "axisWidth": 70}},
		"fieldConfig": {"defaults": {"unit": "bytes", "displayName": "ignored by Grafana too"}}`)
	if got := cellsOf(h); got != "2,Dec=0.5% 2,Nov=2.0%" {
		t.Errorf("cells %s", got)
	}
	if got := fmt.Sprintln(h.CellGap, h.Scale.Show, h.Tooltip, h.YPlacement, h.YLabel, h.YWidth, h.ValueName,
		h.ShowValue); got != "3 false none right month 70 Return never\n" {
		t.Errorf("got %s", got)
	}
	paneltest.WantNotice(t, b.View("heatmap", hourly, `"options": {"rowsFrame": {"layout": "le"}}`), "tick alignment")
	paneltest.WantNotice(t, b.View("heatmap", hourly, `"options": {"tooltip": {"mode": "single", "yHistogram": true, "showColorScale": true}}`), "histogram")
}

func TestAHeatmapWithoutCellsSaysWhy(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	values := func(v string) string {
		return "SELECT timestamptz '2025-05-30 06:00Z' + n * interval '1 hour' AS time, " + v + " AS v FROM generate_series(1, 3) n"
	}
	for _, c := range []struct{ sql, options, want string }{
		{values("-n::float8"), ``, "The panel's filter hides every value. It lets only values above 1e-9 pass."},
		{values("0.0"), ``, "The panel's filter hides every value. It lets only values above 1e-9 pass."},
		{values("n::float8"), `"filterValues": {"le": 5}`, "The panel's filter hides every value. It lets only values above 5 pass."},
		{values("n::float8"), `"filterValues": {"le": 5, "ge": 9.5}`, "The panel's filter hides every value. It lets only values above 5 and below 9.5 pass."},
		{values("NULL::float8"), ``, "No data"},
		{values("'NaN'::float8"), ``, "No data"},
		{"SELECT timestamptz '2020-01-01' + n * interval '1 hour' AS time, 5.0 AS v FROM generate_series(1, 3) n", ``, "No data"},
	} {
		v := b.View("heatmap", c.sql, `"options": {`+c.options+`}`)
		if v.Kind != "empty" || v.Message != c.want {
			t.Errorf("%s with %s: %s %q, want %q", c.sql, c.options, v.Kind, v.Message, c.want)
		}
	}
	if v := b.View("heatmap", values("-n::float8"), `"options": {"filterValues": {"le": -10}}`); v.Kind != "heatmap" {
		t.Errorf("with a filter that lets negative values pass: %s %q", v.Kind, v.Message)
	}
}

func TestAHeatmapThatCanNotBeDrawnSaysWhy(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for sql, want := range map[string]string{
		"SELECT 'Jan' AS month, 1 AS v":            "A heatmap needs a time or a number in its first column",
		"SELECT now() AS time, 'x' AS v":           "Data is missing a number field",
		"SELECT now() AS time, 1 AS v WHERE false": "No data",
		"SELECT NULL::timestamptz AS time, 1 AS v": "No data",
	} {
		t.Run(sql, func(t *testing.T) {
			b := b.In(t)
			if v := b.View("heatmap", sql, ""); v.Kind != "empty" || v.Message != want {
				t.Errorf("%s: %s %q, want %q", sql, v.Kind, v.Message, want)
			}
		})
	}
	if v := b.View("heatmap", hourly, `"options": {"calculate": true}`); v.Kind != "unsupported" {
		t.Errorf("calculate: %+v", v)
	}
}
