package paneltest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/timerange"
	"macrowatch/internal/viewer/view"
)

// Bench renders panels. Its database is empty, so the panels' queries make up their rows.
type Bench struct {
	TB   testing.TB
	Pool *pgxpool.Pool
}

// New returns a bench with a database of its own.
func New(t testing.TB) Bench { return Bench{t, pgtest.New(t)} }

// In returns the same bench for a subtest.
func (b Bench) In(t testing.TB) Bench { return Bench{t, b.Pool} }

// Runner runs queries on a database.
func Runner(pool *pgxpool.Pool) *query.Runner { return query.NewRunner(pool, query.Options{}) }

// Noon is the end of every test's range, which is 24 hours long.
func Noon() time.Time { return time.Date(2025, time.May, 30, 12, 0, 0, 0, time.UTC) }

// Request is a request for the 24 hours before Noon, in the dark theme.
func Request() request.Request {
	return request.Request{
		Range: timerange.Range{From: Noon().Add(-24 * time.Hour), To: Noon(), Relative: true},
		Clock: timerange.Clock{Now: Noon()},
		Theme: palette.Dark,
	}
}

// OnePanel is the JSON of a dashboard with a single panel, whose id is 1. rest is further JSON of the panel: "options": {…}.
// The query's format is table, or time_series for the kinds that draw series over time.
func OnePanel(kind, sql, rest string) string {
	format := "table"
	if kind == "timeseries" || kind == "state-timeline" {
		format = "time_series"
	}
	q, err := json.Marshal(sql)
	if err != nil {
		panic(err)
	}
	if rest != "" {
		rest = "," + rest
	}
	return fmt.Sprintf(`{"panels": [{"id": 1, "type": %q, "title": "T", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 10},
		"targets": [{"refId": "A", "format": %q, "rawSql": %s}]%s}]}`, kind, format, q, rest)
}

// Dashboard reads a dashboard's JSON. The test fails if it can't be read.
func (b Bench) Dashboard(text string) *model.Dashboard {
	b.TB.Helper()
	d, err := model.Parse([]byte(text))
	if err != nil {
		b.TB.Fatalf("%v in %s", err, text)
	}
	return d
}

// Render renders panel 1 of a dashboard.
func (b Bench) Render(text string, r request.Request) view.Panel {
	b.TB.Helper()
	d := b.Dashboard(text)
	q := Runner(b.Pool)
	return render.Panel(b.TB.Context(), q, d, 1, r, annotation.Fetch(b.TB.Context(), q, d, r))
}

// View renders a panel. The test fails if the panel has an error.
func (b Bench) View(kind, sql, rest string) *view.View {
	b.TB.Helper()
	p := b.Render(OnePanel(kind, sql, rest), Request())
	if p.Error != "" {
		b.TB.Fatalf("%s: %s", sql, p.Error)
	}
	return p.View
}

// WantNotice fails the test unless one of the view's notices contains part.
func WantNotice(t testing.TB, v *view.View, part string) {
	t.Helper()
	if !strings.Contains(strings.Join(v.Notices, "\n"), part) {
		t.Errorf("notices %q lack %q", v.Notices, part)
	}
}

// Location returns the time zone of a name.
func Location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// NoNotices fails the test if the view has notices.
func NoNotices(t testing.TB, v *view.View) {
	t.Helper()
	if len(v.Notices) > 0 {
		t.Errorf("unexpected notices: %q", v.Notices)
	}
}

// StatTexts are the titles and values of a stat panel, in one line.
func StatTexts(items []view.StatItem) string {
	var out []string
	for _, i := range items {
		out = append(out, i.Title+"="+i.Value.Prefix+i.Value.Text+i.Value.Suffix)
	}
	return strings.Join(out, " | ")
}
