package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
)

// Format is the form in which Grafana hands a query's rows to a panel.
type Format string

const (
	// Table keeps rows and columns as they are.
	Table Format = "table"
	// TimeSeries makes a series of each value of the column metric. The rows have a column time and are sorted
	// by it.
	TimeSeries Format = "time_series"
)

// Query is a panel's query of PostgreSQL, with the fields that Grafana knows. The Foundation SDK has no type for
// it; Query implements the SDK's Dataquery.
type Query struct {
	RefID      string               `json:"refId"`
	Datasource common.DataSourceRef `json:"datasource"`
	Format     Format               `json:"format"`
	RawSQL     string               `json:"rawSql"`
	// RawQuery and EditorMode make Grafana show and run RawSQL instead of the fields of its query builder.
	RawQuery   bool   `json:"rawQuery"`
	EditorMode string `json:"editorMode"`
	// Hide keeps Grafana from running the query.
	Hide bool `json:"hide,omitempty"`
}

var _ variants.Dataquery = Query{}

// NewQuery returns a query of a panel. Its id is A.
func NewQuery(format Format, sql string) Query {
	return Query{RefID: "A", Datasource: datasource(), Format: format, RawSQL: sql, RawQuery: true, EditorMode: "code"}
}

// As returns the query under another id than A.
func (q Query) As(refID string) Query {
	q.RefID = refID
	return q
}

// ImplementsDataqueryVariant marks Query as one of the SDK's queries.
func (Query) ImplementsDataqueryVariant() {}

// DataqueryType is the datasource plugin that runs the query.
func (Query) DataqueryType() string { return DatasourceType }

// Equals reports whether other is the same query.
func (q Query) Equals(other variants.Dataquery) bool {
	o, ok := other.(Query)
	return ok && q.RefID == o.RefID && q.Datasource.Equals(o.Datasource) && q.Format == o.Format &&
		q.RawSQL == o.RawSQL && q.RawQuery == o.RawQuery && q.EditorMode == o.EditorMode && q.Hide == o.Hide
}

// Validate refuses nothing. Lint judges a query together with its panel.
func (Query) Validate() error { return nil }

// Build makes a Query its own builder, since the SDK's panels take builders.
func (q Query) Build() (variants.Dataquery, error) { return q, nil }

var _ cog.Builder[variants.Dataquery] = Query{}
