package e2e

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/viewer/view"
)

// dataFrame is what a test reads of a Grafana data frame.
type dataFrame struct {
	Schema struct {
		Fields []struct{ Name, Type string } `json:"fields"`
		Meta   struct {
			ExecutedQueryString string `json:"executedQueryString"`
		} `json:"meta"`
	} `json:"schema"`
	Data struct {
		Values [][]any `json:"values"`
		// JSON has no NaN. NaN holds the rows in which a column has one.
		Entities []*struct{ NaN []int } `json:"entities"`
	} `json:"data"`
}

// cells returns a frame's rows, with each value as the inspector writes it. null is "".
func (f dataFrame) cells(zone *time.Location) [][]string {
	var header []string
	for _, field := range f.Schema.Fields {
		header = append(header, field.Name)
	}
	out := [][]string{header}
	for i := range f.Data.Values[0] {
		var row []string
		for c, column := range f.Data.Values {
			switch v := column[i].(type) {
			case nil:
				text := ""
				if e := f.Data.Entities; len(e) > 0 && e[c] != nil && slices.Contains(e[c].NaN, i) {
					text = "NaN"
				}
				row = append(row, text)
			case float64:
				if f.Schema.Fields[c].Type == "time" {
					row = append(row, time.UnixMilli(int64(v)).In(zone).Format("2006-01-02T15:04:05.000Z07:00"))
				} else {
					row = append(row, strconv.FormatFloat(v, 'f', -1, 64))
				}
			default:
				row = append(row, fmt.Sprint(v))
			}
		}
		out = append(out, row)
	}
	return out
}

func inspectPanel(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{zone: "America/Sao_Paulo"})
	p.open(url + "?from=now-7d&to=now")
	api := p.answered()
	for _, id := range []int{tileFRED, timelineID, stepsID, errorLogID} {
		p.inspected(api[id], "Pipeline Health", "pipeline_runs")
	}
	p.provoke("inspector")
	p.offline()
	p.click(labelled("Panel menu: " + api[timelineID].Title))
	p.click(labelled("Inspect data"))
	p.until("a sentence in place of the rows", css("dialog .drawer-note")+`.innerText === "The server does not answer."`)
}

// inspected opens a panel's inspector. It checks that the inspector shows the rows and the SQL of the API's
// answer, as they were before any transformation, and that its CSV file holds the same rows.
func (p *tab) inspected(a view.Panel, dashboard, relation string) {
	p.t.Helper()
	var frame dataFrame
	p.fatal(json.Unmarshal(a.Frames[0], &frame))
	want := frame.cells(time.FixedZone("São Paulo", -3*60*60))
	p.click(labelled("Panel menu: " + a.Title))
	p.click(labelled("Inspect data"))
	p.until("the drawer of "+a.Title, css("dialog[open] h2")+".innerText === "+quoted(a.Title))

	p.until("the rows of "+a.Title, css("dialog table.rows"))
	rows := eval[[][]string](p, `[...document.querySelectorAll("dialog table.rows tbody tr")].map((r) => [...r.cells].map((c) => c.classList.contains("is-null") ? "" : c.textContent))`)
	if body := want[1:min(len(want), 501)]; !sameRows(rows, body) {
		p.t.Errorf("%s: the inspector's %d rows differ from the %d of the API: %.300q, want %.300q", a.Title, len(rows), len(body), rows, body)
	}
	if note := p.text(css("dialog .drawer-note")); !strings.Contains(note, strconv.Itoa(len(want)-1)) {
		p.t.Errorf("%s: %d rows, it says %q", a.Title, len(want)-1, note)
	}

	p.click(css("[data-testid=download-csv]"))
	name, content := p.downloaded()
	if !strings.HasPrefix(name, dashboard+" - "+a.Title) || !strings.HasSuffix(name, ".csv") {
		p.t.Errorf("%s: the file is called %q", a.Title, name)
	}
	if got, err := csv.NewReader(strings.NewReader(content)).ReadAll(); err != nil || !sameRows(got, want) {
		p.t.Errorf("%s: %v, the CSV differs from the API's frame: %.300q, want %.300q", a.Title, err, got, want)
	}

	p.click(labelled("SQL"))
	p.until("the SQL", css("[data-testid=sql]"))
	sql := eval[string](p, css("[data-testid=sql]")+".textContent")
	if sql != frame.Schema.Meta.ExecutedQueryString || !strings.Contains(sql, relation) || strings.Contains(sql, "$__") {
		p.t.Errorf("%s: the SQL is %s", a.Title, sql)
	}
	p.click(labelled("JSON"))
	p.until("the definition", css("dialog pre")+`.textContent.includes("gridPos")`)
	p.press("Escape")
	p.until("no drawer", `!document.querySelector("dialog")`)
}

// downloaded waits for one download, removes the file, and returns its name and content.
func (p *tab) downloaded() (name, content string) {
	p.t.Helper()
	eventually(p.t, "a download", func() (bool, string) {
		files, err := os.ReadDir(p.downloads)
		if err != nil || len(files) != 1 || strings.HasSuffix(files[0].Name(), ".crdownload") || strings.HasPrefix(files[0].Name(), ".") {
			return false, fmt.Sprint(files, err)
		}
		name = files[0].Name()
		return true, ""
	})
	path := filepath.Join(p.downloads, name)
	text, err := os.ReadFile(path)
	p.fatal(err)
	p.fatal(os.Remove(path))
	return name, string(text)
}

// sameRows compares rows of cells. Numbers are equal if their values are, however they are written.
func sameRows(a, b [][]string) bool {
	return slices.EqualFunc(a, b, func(x, y []string) bool {
		return slices.EqualFunc(x, y, func(s, t string) bool {
			if s == t {
				return true
			}
			m, err1 := strconv.ParseFloat(s, 64)
			n, err2 := strconv.ParseFloat(t, 64)
			return err1 == nil && err2 == nil && m == n
		})
	})
}
