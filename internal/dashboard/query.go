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
	// TimeSeries makes a series per value of the column metric; the rows have a column time
	// and are sorted by it.
	TimeSeries Format = "time_series"
)

// Query is a PostgreSQL query of a panel: Grafana's own fields, which the Foundation SDK has no
// type for. It implements the SDK's Dataquery.
type Query struct {
	RefID      string               `json:"refId"`
	Datasource common.DataSourceRef `json:"datasource"`
	Format     Format               `json:"format"`
	RawSQL     string               `json:"rawSql"`
	// RawQuery and EditorMode make Grafana show and run RawSQL, not its query builder's fields.
	RawQuery   bool   `json:"rawQuery"`
	EditorMode string `json:"editorMode"`
	// Hide keeps Grafana from running it.
	Hide bool `json:"hide,omitempty"`
}

var _ variants.Dataquery = Query{}

// NewQuery returns the query A of a panel.
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

// Validate has nothing to refuse: Lint judges a query together with its panel.
func (Query) Validate() error { return nil }

// Build makes Query its own builder, which is what the SDK's panels take.
func (q Query) Build() (variants.Dataquery, error) { return q, nil }

var _ cog.Builder[variants.Dataquery] = Query{}
