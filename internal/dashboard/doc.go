// Package dashboard defines the desk's dashboards. Each is defined once, for Grafana, for the built-in
// viewer and for the command line.
//
//   - definition.go: what a dashboard is in this package, and the list of all dashboards
//   - house.go: what all dashboards and panels have in common
//   - document.go, saved.go: writes a definition as the JSON that Grafana 11 would save
//   - query.go, sql.go: PostgreSQL queries; their texts are the templates in sql/
//   - pipeline_health.go and pipeline_*.go: the dashboard Pipeline Health
//   - signal_*.go, risk_*.go, portfolio_*.go: the other dashboards
//   - lint.go, lint_panels.go, lint_sql.go: the rules that every dashboard must keep
//
// To add a dashboard, write a file like pipeline_health.go, put its queries into sql/, and add one line
// to All.
package dashboard
