package request

import (
	"context"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/timerange"
	"macrowatch/internal/viewer/unit"
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
	Theme    palette.Theme
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

	// Resolved are the variables of one dashboard, set by variable.Resolve.
	Resolved *ResolvedVariables
}

// DefaultWidth is the width in pixels of a drawing whose width is not known.
const DefaultWidth = 1000

// Zone is the reader's zone, UTC where none is given.
func (r Request) Zone() *time.Location {
	if r.Location == nil {
		return time.UTC
	}
	return r.Location
}

// DrawnWidth is the width of the drawing in pixels, DefaultWidth where none is given.
func (r Request) DrawnWidth() int {
	if r.Width > 0 {
		return r.Width
	}
	return DefaultWidth
}

// Clock is what the dashboard's time expressions are read against.
func Clock(d *model.Dashboard, r Request) timerange.Clock {
	c := timerange.Clock{Now: r.Now, Location: r.Location, FiscalYearStart: time.Month(d.FiscalMonth + 1)}
	switch strings.ToLower(d.WeekStart) {
	case "monday":
		c.WeekStart = time.Monday
	case "saturday":
		c.WeekStart = time.Saturday
	}
	return c
}

// Macros is what a query or a text of the dashboard is filled in from, once its variables are
// resolved.
func Macros(d *model.Dashboard, r Request, from, to time.Time, interval time.Duration) macro.Context {
	c := macro.Context{From: from, To: to, Now: r.Now, Interval: interval, TimescaleDB: r.TimescaleDB, Zone: r.Zone().String()}
	if r.Resolved != nil {
		c.Variables = r.Resolved.Values
	}
	return c
}

// Stamp writes an instant in the reader's zone.
func Stamp(ms int64, r Request) string {
	at := time.UnixMilli(ms).In(r.Zone())
	if year := at.Year(); year >= 1000 && year <= 9999 {
		return at.Format(time.DateTime) // the same, for a tenth of the work
	}
	return unit.FormatTime(at, "YYYY-MM-DD HH:mm:ss")
}

// IsPostgres reports whether a datasource is PostgreSQL, which it is too where nothing is said of it.
func IsPostgres(datasource settings.Object) bool {
	switch datasource.Text("type") {
	case "", "postgres", "grafana-postgresql-datasource":
		return true
	}
	return false
}

// ResolvedVariables are the values of one dashboard's variables.
type ResolvedVariables struct {
	Dashboard *model.Dashboard
	Values    map[string]macro.Variable
}
