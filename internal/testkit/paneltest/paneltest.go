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

// Bench runs panels against an empty database: their queries make up their rows.
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

// Noon is the end of the range of every test, which begins 24 hours before.
func Noon() time.Time { return time.Date(2025, time.May, 30, 12, 0, 0, 0, time.UTC) }

// Request asks for the 24 hours before Noon in the dark theme.
func Request() request.Request {
	return request.Request{
		Range: timerange.Range{From: Noon().Add(-24 * time.Hour), To: Noon(), Relative: true},
		Clock: timerange.Clock{Now: Noon()},
		Theme: palette.Dark,
	}
}

// OnePanel is a dashboard of a single panel with the id 1. rest is the inside of its JSON after the
// type and the query; queries are of the format table unless rest is a time panel's.
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

// Dashboard reads a dashboard that must be readable.
func (b Bench) Dashboard(text string) *model.Dashboard {
	b.TB.Helper()
	d, err := model.Parse([]byte(text))
	if err != nil {
		b.TB.Fatalf("%v in %s", err, text)
	}
	return d
}

// Render renders the panel 1 of a dashboard.
func (b Bench) Render(text string, r request.Request) view.Panel {
	b.TB.Helper()
	d := b.Dashboard(text)
	q := Runner(b.Pool)
	return render.Panel(b.TB.Context(), q, d, 1, r, annotation.Fetch(b.TB.Context(), q, d, r))
}

// View renders a panel that must succeed and be of the kind that its type is.
func (b Bench) View(kind, sql, rest string) *view.View {
	b.TB.Helper()
	p := b.Render(OnePanel(kind, sql, rest), Request())
	if p.Error != "" {
		b.TB.Fatalf("%s: %s", sql, p.Error)
	}
	return p.View
}

// WantNotice demands a notice that has a part.
func WantNotice(t testing.TB, v *view.View, part string) {
	t.Helper()
	if !strings.Contains(strings.Join(v.Notices, "\n"), part) {
		t.Errorf("notices %q lack %q", v.Notices, part)
	}
}

// Location is the zone with a name.
func Location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// NoNotices demands that there are none.
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
