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
	// Query sends the statement `sql`. The argument `format` is "table" or "time_series". If `fill` is not nil,
	// it says which value a time series gets at a time without a row. Sentences for the reader are in the frame's
	// Meta.Notices. The text of an error is a sentence for the reader too.
	Query(ctx context.Context, sql, format string, fill *data.FillMissing) (*data.Frame, error)
}

// Request is what a reader asks for: a range of time, read against a clock, and how the answer is drawn.
type Request struct {
	// Range is the range in the time picker.
	timerange.Range
	// Clock is the reader's clock. It knows where the dashboard's weeks and fiscal years begin.
	timerange.Clock

	Theme palette.Theme
	// Width is the width of the drawing in pixels; 0 means DefaultWidth. It decides $__interval and how many ticks a
	// time axis has.
	Width int
	// Variables are the values of dashboard variables in the page's address. They replace the saved values. Variables
	// that the dashboard does not have are ignored.
	Variables map[string][]string
	// Only are the names of the series that the reader sees alone, by the id of their panel. Their axis is scaled to them. Names
	// that a panel does not have are ignored.
	Only map[int][]string
	// WithoutFrames leaves the data frames and the panel's description out of the answer. The frames have all rows of the panel's
	// queries, which are often far more than what is drawn of them.
	WithoutFrames bool
	// TimescaleDB says that the database has the extension.
	TimescaleDB bool

	// Resolved are the variables of one dashboard, set by variable.Resolve.
	Resolved *ResolvedVariables
}

// ResolvedVariables are the values of one dashboard's variables.
type ResolvedVariables struct {
	Dashboard *model.Dashboard
	Values    map[string]macro.Variable
}

// DefaultWidth is the width in pixels of a drawing whose width is not known.
const DefaultWidth = 1000

// DrawnWidth returns the width of the drawing in pixels.
func (r Request) DrawnWidth() int {
	if r.Width > 0 {
		return r.Width
	}
	return DefaultWidth
}

// Macros returns the context from which a query or a text over a range is filled in. The argument `interval`
// is the width of a bucket.
func (r Request) Macros(over timerange.Range, interval time.Duration) macro.Context {
	c := macro.Context{Range: over, Now: r.Now, Interval: interval, TimescaleDB: r.TimescaleDB, Zone: r.Zone().String()}
	if r.Resolved != nil {
		c.Variables = r.Resolved.Values
	}
	return c
}

// Stamp writes an instant in the reader's zone, in words: "Fri 30 May 2025, 09:02:05". Whole minutes have no seconds.
func Stamp(ms int64, r Request) string {
	at := time.UnixMilli(ms).In(r.Zone())
	if year := at.Year(); year >= 1000 && year <= 9999 {
		if at.Second() == 0 {
			return at.Format("Mon 2 Jan 2006, 15:04")
		}
		return at.Format("Mon 2 Jan 2006, 15:04:05")
	}
	return unit.FormatTime(at, "ddd D MMM YYYY, HH:mm:ss")
}

// Stamps writes two instants in the reader's zone. The second has no date if both are on the same day.
func Stamps(from, to int64, r Request) (string, string) {
	a, b := Stamp(from, r), Stamp(to, r)
	day, _, _ := strings.Cut(a, ", ")
	if same, clock, _ := strings.Cut(b, ", "); same == day {
		b = clock
	}
	return a, b
}

// IsPostgres reports whether a datasource is PostgreSQL. A query without a datasource goes to PostgreSQL too.
func IsPostgres(datasource settings.Object) bool {
	switch datasource.Text("type") {
	case "", "postgres", "grafana-postgresql-datasource":
		return true
	}
	return false
}
