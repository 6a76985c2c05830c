package e2e

import (
	"path/filepath"
	"testing"
)

// rowsBoard has rows and panels whose titles have variables, in each way to write one. A row is repeated, and a panel fails.
const rowsBoard = `{"uid": "rows", "title": "Rows", "schemaVersion": 39, "time": {"from": "now-1d", "to": "now"},
	"templating": {"list": [{"name": "desk", "type": "custom", "query": "gilts,linkers"}]},
	"panels": [
		{"id": 1, "type": "row", "title": "Of $desk", "repeat": "desk", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}},
		{"id": 2, "type": "stat", "title": "Value of $desk", "gridPos": {"x": 0, "y": 1, "w": 8, "h": 4}, "targets": [{"refId": "A", "format": "table", "rawSql": "SELECT 1 AS v"}]},
		{"id": 3, "type": "stat", "title": "Fault of $desk", "gridPos": {"x": 8, "y": 1, "w": 8, "h": 4}, "targets": [{"refId": "A", "format": "table", "rawSql": "SELECT v FROM nowhere"}]},
		{"id": 4, "type": "row", "title": "[[desk]] and ${desk:csv}", "collapsed": true, "gridPos": {"x": 0, "y": 5, "w": 24, "h": 1}, "panels": [
			{"id": 5, "type": "stat", "title": "Another", "gridPos": {"x": 0, "y": 6, "w": 8, "h": 4}, "targets": [{"refId": "A", "format": "table", "rawSql": "SELECT 2 AS v"}]}]},
		{"id": 6, "type": "row", "title": "Without", "gridPos": {"x": 0, "y": 7, "w": 24, "h": 1}}]}`

func TestBrowserFillsInTheVariablesOfTitles(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	dir := t.TempDir()
	replace(t, filepath.Join(dir, "rows.json"), rowsBoard)
	s := start(t, nil, d.serveArgs("looker", dir)...)
	p := startChromium(t).tab(t, screen{})
	p.open(pageOf(s.url, "rows", ""))
	titles := func(desk string) {
		t.Helper()
		for id, want := range map[string]string{"1": "Of " + desk, "4": desk + " and " + desk, "6": "Without"} {
			p.until("the title of row "+id, css("[data-row-id='"+id+"'] .row-button > span")+`?.textContent === `+quoted(want))
			p.until("the name of row "+id, css("[data-row-id='"+id+"']")+`.getAttribute("aria-label") === `+quoted(want))
		}
		p.until("the title of a panel", panel(2)+`.querySelector(".panel-title").textContent === `+quoted("Value of "+desk))
		p.until("the title of a panel that fails", panel(3)+`.querySelector(".panel-title").textContent === `+quoted("Fault of "+desk))
	}
	titles("gilts")
	p.until("that the row is there once", css("[data-row-id='1'] [data-testid=row-notice]")+`?.title.startsWith("Repeating is not supported")`)
	p.click(css("[data-row-id='4'] .row-button"))
	p.until("the panel of the row that was closed", panel(5)+`?.innerText.includes("2")`)
	p.open(pageOf(s.url, "rows", "?var-desk=linkers"))
	titles("linkers")
}
