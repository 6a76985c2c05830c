// Package dashboard defines the desk's dashboards, once, for Grafana, for the built-in viewer and
// for the command line.
//
//   - definition.go: what a dashboard is here, and the list of them
//   - house.go: what all dashboards and panels have in common
//   - document.go, saved.go: a definition as the JSON that Grafana 11 would save
//   - query.go, sql.go: PostgreSQL queries; their texts are the templates in sql/
//   - pipeline_health.go and its *_panels.go: the dashboard Pipeline Health
//   - signal_overview.go, portfolio_performance.go and theirs: the desk's two dashboards
//   - lint.go, lint_panels.go, lint_sql.go: the rules that every dashboard here must keep
//
// A new dashboard is one more file like pipeline_health.go, its queries in sql/, and one line in
// All.
package dashboard
