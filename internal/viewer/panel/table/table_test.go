package table_test

import (
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/view"
)

func column(t *view.Table, n int) string {
	var out []string
	for _, row := range t.Rows {
		out = append(out, row[n].Prefix+row[n].Text+row[n].Suffix)
	}
	return strings.Join(out, " | ")
}

func TestATableShowsItsColumnsAsConfigured(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("table", `SELECT timestamptz '2025-05-30 09:00Z' AS "Time", 'fred' AS "Step", 'HTTP 503' AS "Error", 7 AS code, NULL::text AS note, 1.5 AS "Share"`,
		`"options": {"showHeader": true, "cellHeight": "sm"}, "fieldConfig": {"defaults": {"custom": {"align": "left"}}, "overrides": [
		{"matcher": {"id": "byName", "options": "Time"}, "properties": [{"id": "custom.width", "value": 180}]},
		{"matcher": {"id": "byName", "options": "Error"}, "properties": [{"id": "custom.cellOptions", "value": {"type": "auto", "wrapText": true}}]},
		{"matcher": {"id": "byName", "options": "code"}, "properties": [{"id": "custom.hidden", "value": true}]},
		{"matcher": {"id": "byName", "options": "note"}, "properties": [{"id": "noValue", "value": "–"}, {"id": "displayName", "value": "Note"}]},
		{"matcher": {"id": "byName", "options": "Share"}, "properties": [{"id": "unit", "value": "percent"}, {"id": "custom.align", "value": "auto"}]}]}`)
	paneltest.NoNotices(t, v)
	tab := v.Table
	var heads []string
	for _, c := range tab.Columns {
		heads = append(heads, c.Title+" "+c.Align)
	}
	if got := strings.Join(heads, ", "); got != "Time left, Step left, Error left, Note left, Share right" {
		t.Errorf("heads: %s", got)
	}
	if tab.Columns[0].Width != 180 || !tab.Columns[2].Wrap || tab.Columns[1].Wrap {
		t.Errorf("columns: %+v", tab.Columns)
	}
	for n, want := range []string{"2025-05-30 09:00:00", "fred", "HTTP 503", "–", "1.50%"} {
		if got := column(tab, n); got != want {
			t.Errorf("column %d: got %s, want %s", n, got, want)
		}
	}
	if tab.Rows[0][4].Color != "" {
		t.Errorf("a plain cell has a colour: %+v", tab.Rows[0][4])
	}
}

func TestTableCellsTakeTheirColours(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("table", `SELECT v, v AS a, v AS b, v AS c FROM unnest(ARRAY[-1.0, 0.5, NULL]) v`, `"fieldConfig": {
		"defaults": {"decimals": 2, "mappings": [{"type": "special", "options": {"match": "null+nan", "result": {"color": "transparent", "text": ""}}}],
		"thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "red"}, {"value": 0.3, "color": "yellow"}]}},
		"overrides": [{"matcher": {"id": "byName", "options": "a"}, "properties": [{"id": "custom.cellOptions", "value": {"type": "color-text"}}]},
		{"matcher": {"id": "byName", "options": "b"}, "properties": [{"id": "custom.cellOptions", "value": {"type": "color-background", "mode": "basic"}}]},
		{"matcher": {"id": "byName", "options": "c"}, "properties": [{"id": "custom.cellOptions", "value": {"type": "color-background"}}]}]}`)
	paneltest.NoNotices(t, v)
	low, high, none := v.Table.Rows[0], v.Table.Rows[1], v.Table.Rows[2]
	if low[1].Color != "#f2495c" || low[1].Background != "" {
		t.Errorf("text: %+v", low[1])
	}
	if low[2].Background != "#f2495c" || low[2].Color != "#f7f8fa" || low[2].BackgroundFrom != "" {
		t.Errorf("on red: %+v", low[2])
	}
	if high[2].Background != "#fade2a" || high[2].Color != "#202226" {
		t.Errorf("on yellow: %+v", high[2])
	}
	if high[3].BackgroundFrom == "" || high[3].Background != "#fade2a" {
		t.Errorf("gradient: %+v", high[3])
	}
	if none[2].Background != "transparent" || none[2].Text != "" {
		t.Errorf("mapped null: %+v", none[2])
	}
}

func TestATableSortsLinksAndSums(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("table", `SELECT * FROM (VALUES ('b', 2, true), ('a', 10, false), ('C', NULL, NULL), ('d', 1, true)) x(name, n, ok)`,
		`"options": {"sortBy": [{"displayName": "n", "desc": true}], "footer": {"show": true, "reducer": ["sum"]}},
		"fieldConfig": {"defaults": {}, "overrides": [{"matcher": {"id": "byName", "options": "name"}, "properties": [{"id": "links", "value": [
			{"title": "go", "url": "/d/x?step=${__value.raw}&n=${__data.fields.n}&${__url_time_range}"}]}]},
			{"matcher": {"id": "byName", "options": "n"}, "properties": [{"id": "unit", "value": "s"}, {"id": "links", "value": [{"url": "javascript:alert(1)"}]}]}]}`)
	tab := v.Table
	if got := column(tab, 0); got != "a | b | d | C" {
		t.Errorf("order: %s", got)
	}
	want := []view.Link{{Title: "go", Href: "/d/x?step=a&n=10%20s&from=2025-05-29T12:00:00.000Z&to=2025-05-30T12:00:00.000Z&timezone=UTC"}}
	if got := tab.Rows[0][0].Links; !slices.Equal(got, want) {
		t.Errorf("link: got %v, want %v", got, want)
	}
	if got := tab.Rows[0][1].Links; got != nil {
		t.Errorf("a script got through: %v", got)
	}
	if tab.Footer[0].Text != "Total" || tab.Footer[1].Text+tab.Footer[1].Suffix != "13 s" || tab.Footer[2].Text != "" {
		t.Errorf("footer: %+v", tab.Footer)
	}
}

func TestAnEmptyTableSaysWhatItsPanelSays(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	if v := b.View("table", "SELECT 1 AS v WHERE false", `"fieldConfig": {"defaults": {"noValue": "No failures in this range"}}`); v.Kind != "empty" || v.Message != "No failures in this range" {
		t.Errorf("got %+v", v)
	}
	if v := b.View("table", "SELECT 1 AS v WHERE false", ""); v.Message != "No data" {
		t.Errorf("got %+v", v)
	}
}

func TestUnknownCellsAreSaidAndShownAsText(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("table", "SELECT 1 AS v", `"fieldConfig": {"defaults": {"custom": {"cellOptions": {"type": "gauge"}}}}`)
	paneltest.WantNotice(t, v, `cells of the type "gauge"`)
	if column(v.Table, 0) != "1" {
		t.Errorf("got %s", column(v.Table, 0))
	}
}

func TestAColumnMayColourWholeRows(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("table", `SELECT status, n FROM (VALUES ('FAILED', 1), ('SUCCESS', 2)) r(status, n)`, `"fieldConfig": {"defaults": {"custom": {"cellOptions": {"type": "color-text"}}},
		"overrides": [{"matcher": {"id": "byName", "options": "status"}, "properties": [
		{"id": "custom.cellOptions", "value": {"type": "color-background", "mode": "basic", "applyToRow": true}},
		{"id": "mappings", "value": [{"type": "value", "options": {"FAILED": {"color": "red"}, "SUCCESS": {"color": "green"}}}]}]}]}`)
	paneltest.NoNotices(t, v)
	for i, want := range []string{"#f2495c", "#73bf69"} {
		for _, c := range v.Table.Rows[i] {
			if c.Background != want || c.Color != "#f7f8fa" {
				t.Errorf("row %d: %+v, want background %s", i, c, want)
			}
		}
	}
}

func TestTheOlderDisplayModeOfCellsCounts(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for mode, gradient := range map[string]bool{"color-background": true, "color-background-solid": false} {
		t.Run(mode, func(t *testing.T) {
			b := b.In(t)
			v := b.View("table", "SELECT 1 AS v", `"fieldConfig": {"defaults": {"custom": {"displayMode": "`+mode+`", "cellOptions": {"type": "auto"}}}}`)
			paneltest.NoNotices(t, v)
			if c := v.Table.Rows[0][0]; c.Background != "#73bf69" || (c.BackgroundFrom != "") != gradient {
				t.Errorf("%s: %+v", mode, c)
			}
		})
	}
	paneltest.WantNotice(t, b.View("table", "SELECT 1 AS v", `"fieldConfig": {"defaults": {"custom": {"displayMode": "lcd-gauge"}}}`), `type "gauge"`)
}
