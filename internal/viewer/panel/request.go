package panel

import (
	"context"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/timerange"
)

// Querier runs one statement and returns its rows as Grafana's PostgreSQL datasource would.
type Querier interface {
	// Query sends sql. format is "table" or "time_series"; fill, which may be nil, says what a
	// time series holds where it has no row. What the reader should know stands in the frame's
	// Meta.Notices; an error's text is a sentence for the reader.
	Query(ctx context.Context, sql, format string, fill *data.FillMissing) (*data.Frame, error)
}

// Request is what a reader asks for.
type Request struct {
	// From and To are the range of the picker.
	From, To time.Time
	// Relative is true where the range was given relative to now: only then does a panel's own
	// timeFrom replace it, as in Grafana.
	Relative bool
	// Now is the reader's now.
	Now time.Time
	// Location is the reader's zone; nil is UTC.
	Location *time.Location
	Theme    Theme
	// Width is the width of the drawing in pixels; 0 means 1000. It decides $__interval and how
	// many ticks a time axis has.
	Width int
	// MaxDataPoints replaces Width in $__interval; 0 leaves it. A panel's own setting goes first.
	MaxDataPoints int
	// Variables are values of dashboard variables as the page's address has them, which replace the
	// saved ones. Those that the dashboard does not have are passed over.
	Variables map[string][]string
	// TimescaleDB says that the database has the extension.
	TimescaleDB bool

	// Resolved are the variables of one dashboard, set by ResolveVariables.
	Resolved *ResolvedVariables
}

const defaultWidth = 1000

func (r Request) Zone() *time.Location {
	if r.Location == nil {
		return time.UTC
	}
	return r.Location
}

func (r Request) DrawnWidth() int {
	if r.Width > 0 {
		return r.Width
	}
	return defaultWidth
}

// clock is what the dashboard's time expressions are read against.
func (d *Dashboard) clock(r Request) timerange.Clock {
	c := timerange.Clock{Now: r.Now, Location: r.Location, FiscalYearStart: time.Month(d.FiscalMonth + 1)}
	switch strings.ToLower(d.WeekStart) {
	case "monday":
		c.WeekStart = time.Monday
	case "saturday":
		c.WeekStart = time.Saturday
	}
	return c
}

// macros is what a query or a text of the dashboard is filled in from, once its variables are
// resolved.
func (d *Dashboard) macros(r Request, from, to time.Time, interval time.Duration) macro.Context {
	c := macro.Context{From: from, To: to, Now: r.Now, Interval: interval, TimescaleDB: r.TimescaleDB, Zone: r.Zone().String()}
	if r.Resolved != nil {
		c.Variables = r.Resolved.Values
	}
	return c
}
