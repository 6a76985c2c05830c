package panel_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/view"
)

// Bench runs panels against an empty database: their queries make up their rows.
type Bench struct {
	TB   testing.TB
	Pool *pgxpool.Pool
}

func newBench(t testing.TB) Bench { return Bench{t, pgtest.New(t)} }

func newRunner(pool *pgxpool.Pool) *query.Runner { return query.NewRunner(pool, query.Options{}) }

// noon is the end of the range of every test, which begins 24 hours before.
func noon() time.Time { return time.Date(2025, time.May, 30, 12, 0, 0, 0, time.UTC) }

func request() panel.Request {
	return panel.Request{From: noon().Add(-24 * time.Hour), To: noon(), Relative: true, Now: noon(), Theme: panel.Dark}
}

// one is a dashboard of a single panel with the id 1. rest is the inside of its JSON after the
// type and the query; queries are of the format table unless rest is a time panel's.
func one(kind, sql, rest string) string {
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

func (b Bench) Dashboard(text string) *panel.Dashboard {
	b.TB.Helper()
	d, err := panel.ParseDashboard([]byte(text))
	if err != nil {
		b.TB.Fatalf("%v in %s", err, text)
	}
	return d
}

func (b Bench) Render(text string, r panel.Request) view.Panel {
	b.TB.Helper()
	d := b.Dashboard(text)
	q := newRunner(b.Pool)
	return panel.Render(b.TB.Context(), q, d, 1, r, panel.FetchAnnotations(b.TB.Context(), q, d, r))
}

// View renders a panel that must succeed and be of the kind that its type is.
func (b Bench) View(kind, sql, rest string) *view.View {
	b.TB.Helper()
	p := b.Render(one(kind, sql, rest), request())
	if p.Error != "" {
		b.TB.Fatalf("%s: %s", sql, p.Error)
	}
	return p.View
}

func wantNotice(t testing.TB, v *view.View, part string) {
	t.Helper()
	if !strings.Contains(strings.Join(v.Notices, "\n"), part) {
		t.Errorf("notices %q lack %q", v.Notices, part)
	}
}

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func noNotices(t testing.TB, v *view.View) {
	t.Helper()
	if len(v.Notices) > 0 {
		t.Errorf("unexpected notices: %q", v.Notices)
	}
}

func texts(items []view.StatItem) string {
	var out []string
	for _, i := range items {
		out = append(out, i.Title+"="+i.Value.Prefix+i.Value.Text+i.Value.Suffix)
	}
	return strings.Join(out, " | ")
}
