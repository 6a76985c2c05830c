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

// lowBoard has tiles that are two units high. Their queries fail, and one of them has a link.
const lowBoard = `{"uid": "low", "title": "Low", "schemaVersion": 39, "time": {"from": "now-1d", "to": "now"}, "panels": [
		{"id": 1, "type": "stat", "title": "Value of the Table That Nobody Made", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 2}, "targets": [{"refId": "A", "format": "table", "rawSql": "SELECT v FROM nowhere"}]},
		{"id": 2, "type": "gauge", "title": "Column", "gridPos": {"x": 6, "y": 0, "w": 6, "h": 3}, "targets": [{"refId": "A", "format": "table", "rawSql": "SELECT there_is_no_such_column FROM pipeline_runs"}]},
		{"id": 3, "type": "timeseries", "title": "Syntax", "gridPos": {"x": 12, "y": 0, "w": 12, "h": 2}, "targets": [{"refId": "A", "format": "table", "rawSql": "SELEC 1"}]},
		{"id": 4, "type": "stat", "title": "Linked to Another Page of the Desk", "description": "About it", "links": [{"title": "Go", "url": "https://example.com"}], "gridPos": {"x": 0, "y": 3, "w": 6, "h": 2},
			"targets": [{"refId": "A", "format": "table", "rawSql": "SELECT 1 AS v"}]},
		{"id": 5, "type": "stat", "title": "B", "gridPos": {"x": 6, "y": 3, "w": 6, "h": 2}, "targets": [{"refId": "A", "format": "table", "rawSql": "SELECT 1 AS v"}]}]}`

func TestBrowserLowPanelsSayWhyTheyFail(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	dir := t.TempDir()
	replace(t, filepath.Join(dir, "low.json"), lowBoard)
	s := start(t, nil, d.serveArgs("looker", dir)...)
	chrome := startChromium(t)
	for _, on := range []screen{{width: 1440, height: 900}, {width: 390, height: 844, phone: true}, {width: 3840, height: 2160}} {
		p := chrome.tab(t, on)
		p.open(pageOf(s.url, "low", ""))
		for id, want := range map[int]string{1: `The table "nowhere"`, 2: "there_is_no_such_column", 3: "syntax error"} {
			sentence := panel(id) + `.querySelector(".message p")`
			p.until("the sentence", sentence+`?.textContent.includes(`+quoted(want)+`) && `+sentence+`.title === `+sentence+`.textContent`)
			if !eval[bool](p, `(() => {
				const body = `+panel(id)+`.querySelector(".panel-body").getBoundingClientRect(), words = document.createRange();
				words.selectNodeContents(`+sentence+`);
				const line = words.getClientRects()[0];
				return line.top >= body.top - 1 && line.bottom <= body.bottom + 1;
			})()`) {
				t.Errorf("panel %d at %d pixels shows nothing of its sentence", id, on.width)
			}
		}
		p.until("the link", panel(4)+`?.querySelector(".panel-flags a")`)
		if !eval[bool](p, `(() => {
			const all = [...`+panel(4)+`.querySelectorAll(".panel-flags a, .panel-actions > *")].map((e) => e.getBoundingClientRect()).filter((r) => r.width > 0);
			return all.every((a, i) => all.every((b, k) => k <= i || a.right <= b.left + 1 || b.right <= a.left + 1));
		})()`) {
			t.Errorf("at %d pixels the buttons of a tile lie upon each other", on.width)
		}
	}
}
