package render_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/timerange"
	"macrowatch/internal/viewer/view"
)

// linked is the fieldConfig of a panel whose fields have a link.
func linked(url string) string {
	address, err := json.Marshal(url)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`"fieldConfig": {"defaults": {"links": [{"title": "To ${__field.labels.step}${__data.fields.step}", "url": %s, "targetBlank": true}]}, "overrides": []}`, address)
}

// TestEveryKindHasTheLinksOfItsValues asks each kind of panel for the link of one of its values.
func TestEveryKindHasTheLinksOfItsValues(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	const rows = `SELECT * FROM (VALUES ('a b', 2.0, 7), ('c&d', 1.0, 8)) x(step, v, hidden)`
	const row = "/d/x?var-step=${__data.fields.step:percentencode}&n=${__data.fields[2].numeric}&v=${__value.raw}"
	const want = "/d/x?var-step=c%26d&n=8&v=1"
	const everyRow = `"options": {"reduceOptions": {"values": true, "fields": "v"}}, `
	const series = `SELECT t::timestamptz AS time, m AS metric, v::float8 AS v FROM (VALUES
		('2025-05-30 06:00Z', 'c&d', 1), ('2025-05-30 07:00Z', 'a b', 3)) x(t, m, v) ORDER BY 1`
	const seriesURL = "d/x?name=${__field.name}&at=${__value.time}&v=${__value.numeric}"
	for _, c := range []struct {
		kind, sql, rest string
		links           func(*view.View) []view.Link
		want            string
	}{
		{"stat", rows, everyRow + linked(row), func(v *view.View) []view.Link { return v.Stat.Items[1].Links }, want},
		{"gauge", rows, everyRow + linked(row), func(v *view.View) []view.Link { return v.Gauge.Items[1].Links }, want},
		{"bargauge", rows, everyRow + linked(row), func(v *view.View) []view.Link { return v.BarGauge.Items[1].Links }, want},
		{"piechart", rows, everyRow + linked(row), func(v *view.View) []view.Link { return v.PieChart.Slices[1].Links }, want},
		{"table", rows, linked(row), func(v *view.View) []view.Link { return v.Table.Rows[1][1].Links }, want},
		{"barchart", rows, `"options": {"xField": "step"}, ` + linked(row), func(v *view.View) []view.Link { return v.BarChart.Series[0].Links[1] }, want},
		{"heatmap", `SELECT '2025-05-30 06:00Z'::timestamptz AS time, 5 AS "c&d"`, linked("/d/x?row=${__field.name:percentencode}&at=${__data.fields.time.numeric}"),
			func(v *view.View) []view.Link { return v.Heatmap.Cells[0].Links }, "/d/x?row=c%26d&at=1748584800000"},
		{"timeseries", series, linked(seriesURL), func(v *view.View) []view.Link { return v.TimeSeries.Series[1].Links[0] }, "d/x?name=c&d&at=1748584800000&v=1"},
		{"state-timeline", `SELECT '2025-05-30 06:00Z'::timestamptz AS time, 'c&d' AS metric, 4.0 AS v`, linked(seriesURL),
			func(v *view.View) []view.Link { return v.StateTimeline.Rows[0].Links }, "d/x?name=c&d&at=1748584800000&v=4"},
		{"state-timeline", series, linked(seriesURL), func(v *view.View) []view.Link { return v.StateTimeline.Rows[1].Links }, "d/x?name=c&d&at=1748584800000&v=1"},
		{"state-timeline", `SELECT t::timestamptz AS time, 'c&d' AS metric, v::float8 AS v FROM (VALUES ('2025-05-30 06:00Z', 1), ('2025-05-30 07:00Z', 2)) x(t, v) ORDER BY 1`, linked(seriesURL),
			func(v *view.View) []view.Link { return v.StateTimeline.Rows[0].Spans[1].Links }, "d/x?name=c&d&at=1748588400000&v=2"},
	} {
		t.Run(c.kind, func(t *testing.T) {
			t.Parallel()
			got := c.links(b.In(t).View(c.kind, c.sql, c.rest))
			if len(got) != 1 || got[0].Href != c.want || !got[0].NewTab || !strings.HasPrefix(got[0].Title, "To ") {
				t.Errorf("got %+v, want %s", got, c.want)
			}
		})
	}
}

// TestALinkOfAReducedValueNamesTheOnlyRow covers tiles: a stat that reduces a single row.
func TestALinkOfAReducedValueNamesTheOnlyRow(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("stat", "SELECT 'SUCCESS' AS status, 1748520000000::float8 AS runs_from",
		`"options": {"reduceOptions": {"values": false, "calcs": ["lastNotNull"], "fields": "/^status$/"}}, `+linked("/d/x?from=${__data.fields.runs_from.numeric}&is=${__value.text}&no=${__data.fields.none}."))
	if got := v.Stat.Items[0].Links; len(got) != 1 || got[0].Href != "/d/x?from=1748520000000&is=SUCCESS&no=." {
		t.Errorf("got %+v", got)
	}
}

// TestLinksKeepTheRangeAndTheVariables covers what a link says of the page that it stands on.
func TestLinksKeepTheRangeAndTheVariables(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	r := paneltest.Request()
	r.Range = timerange.Range{From: r.From, To: r.To, Relative: true, FromText: "now-24h", ToText: "now"}
	r.Variables = map[string][]string{"step": {"c&d"}}
	for url, want := range map[string]string{
		"/d/x?${__url_time_range}":                   "/d/x?from=now-24h&to=now&timezone=UTC",
		"/d/x?from=${__from}&to=${__to:date:iso}":    "/d/x?from=1748520000000&to=2025-05-30T12:00:00.000Z",
		"/d/x?${step:queryparam}":                    "/d/x?var-step=c%26d",
		"/d/x?${__all_variables}":                    "/d/x?var-step=c%26d",
		"/d/x?s=$step&[[step:percentencode]]":        "/d/x?s=c&d&c%26d",
		"/d/x?s=${step:raw}&${unknown}$__value_${n}": "/d/x?s=c&d&${unknown}$__value_${n}",
		// A value that looks like a variable is none.
		"https://example.com/${__data.fields.v:raw}": "https://example.com/$step",
	} {
		text := strings.TrimSuffix(paneltest.OnePanel("table", "SELECT '$' || 'step' AS v", linked(url)), "}") +
			`, "templating": {"list": [{"name": "step", "type": "custom", "query": "c&d, e", "current": {"value": "e", "text": "e"}}]}}`
		p := b.Render(text, r)
		if p.Error != "" {
			t.Fatal(p.Error)
		}
		if got := p.View.Table.Rows[0][0].Links[0].Href; got != want {
			t.Errorf("%s: got %s, want %s", url, got, want)
		}
	}
}

// TestALinkKeepsEachEndOfTheRangeAsItWasWritten covers ranges with one relative end.
func TestALinkKeepsEachEndOfTheRangeAsItWasWritten(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	r := paneltest.Request()
	for _, c := range [][3]string{
		{"now-7d/d", "now", "from=now-7d%2Fd&to=now"},
		{"1748520000000", "now", "from=2025-05-29T12:00:00.000Z&to=now"},
		{"2025-05-29T12:00:00Z", "1748606400123", "from=2025-05-29T12:00:00.000Z&to=2025-05-30T12:00:00.123Z"},
	} {
		var err error
		if r.Range, err = r.Clock.Range(c[0], c[1]); err != nil {
			t.Fatal(err)
		}
		p := b.Render(paneltest.OnePanel("table", "SELECT 1 AS v", linked("/d/x?${__url_time_range}")), r)
		if got, want := p.View.Table.Rows[0][0].Links[0].Href, "/d/x?"+c[2]+"&timezone=UTC"; got != want {
			t.Errorf("%s to %s: got %s, want %s", c[0], c[1], got, want)
		}
	}
}

// TestOnlyLinksToPagesAreFollowed refuses what could run a script or open another program.
func TestOnlyLinksToPagesAreFollowed(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for _, url := range []string{"javascript:alert(1)", "JaVaScRiPt:alert(1)", " \tjava\nscript:alert(1)", "\u0001javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
		"vbscript:msgbox(1)", "blob:https://example.com/1", "file:///etc/passwd", "mailto:desk@example.com", "${__value.raw:raw}"} {
		v := b.View("table", "SELECT 'javascript:alert(1)' AS v", linked(url))
		if got := v.Table.Rows[0][0].Links; got != nil {
			t.Errorf("%q became %+v", url, got)
		}
		paneltest.WantNotice(t, v, "is left out: links may lead to http, https and relative addresses only.")
	}
	for _, url := range []string{"https://example.com/a:b", "HTTP://example.com", "/d/x?at=12:00", "d/x", "?var-a=b:c", "#a:b", "//example.com"} {
		if got := b.View("table", "SELECT 1 AS v", linked(url)).Table.Rows[0][0].Links; len(got) != 1 || got[0].Href != url {
			t.Errorf("%q became %+v", url, got)
		}
	}
}

// TestAPanelHasItsOwnLinks covers the links in a panel's head, and a value's two links.
func TestAPanelHasItsOwnLinks(t *testing.T) {
	t.Parallel()
	p := paneltest.New(t).Render(paneltest.OnePanel("table", "SELECT 1 AS v", `"links": [{"title": "Docs of $__interval", "url": "/d/x?${__url_time_range}"},
		{"url": "https://example.com", "targetBlank": true}, {"title": "no", "url": "javascript:1"}, {"title": "empty"}],
		"fieldConfig": {"defaults": {"links": [{"title": "a", "url": "/a"}, {"title": "a", "url": "/a"}, {"title": "b", "url": "/b"}]}}`), paneltest.Request())
	want := []view.Link{{Title: "Docs of 1m", Href: "/d/x?from=2025-05-29T12:00:00.000Z&to=2025-05-30T12:00:00.000Z&timezone=UTC"}, {Title: "https://example.com", Href: "https://example.com", NewTab: true}}
	if !slices.Equal(p.Links, want) {
		t.Errorf("the panel: got %+v, want %+v", p.Links, want)
	}
	paneltest.WantNotice(t, p.View, `The link "no" is left out`)
	if got, want := p.View.Table.Rows[0][0].Links, []view.Link{{Title: "a", Href: "/a"}, {Title: "b", Href: "/b"}}; !slices.Equal(got, want) {
		t.Errorf("the value: got %+v, want %+v", got, want)
	}
	if got := settings.ReadLinks([]any{nil, "x", map[string]any{}}); got != nil {
		t.Errorf("got %+v from no links", got)
	}
}

// TestTheTextOfAnAnnotationMayHaveLinks covers markup in a mark's text, as Grafana shows it.
func TestTheTextOfAnAnnotationMayHaveLinks(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for text, want := range map[string]view.Annotation{
		`plain "text"`: {Text: `plain "text"`},
		`a &lt; b <a href="d/x?a=1&amp;b=2">log</a>`:          {Text: "a < b log", HTML: `a &lt; b <a href="d/x?a=1&amp;b=2" rel="noreferrer">log</a>`},
		`<b onclick="x()">one</b><br>two<script>x()</script>`: {Text: "one\ntwo", HTML: "<b>one</b><br>two"},
		`<a href="javascript:x()">bad</a>`:                    {Text: "bad", HTML: "<a>bad</a>"},
	} {
		p := b.Render(strings.TrimSuffix(paneltest.OnePanel("timeseries", "SELECT '2025-05-30 06:00Z'::timestamptz AS time, 1 AS v", ""), "}")+fmt.Sprintf(`, "annotations": {"list": [
			{"name": "a", "enable": true, "target": {"rawSql": %q}}]}}`, "SELECT '2025-05-30 06:00Z'::timestamptz AS time, '"+text+"' AS text"), paneltest.Request())
		if p.Error != "" {
			t.Fatal(p.Error)
		}
		got := p.View.TimeSeries.Annotations
		if len(got) != 1 || got[0].Text != want.Text || got[0].HTML != want.HTML {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
}
