// Package dashboard defines the dashboards. Each is defined once, for Grafana, for the built-in viewer and for
// the command line. What a desk decides for itself, such as its zone, its connectors and its asset classes,
// comes from the desk.Rules that [All] is given.
//
// A file for each subject:
//
//   - definition.go: what a dashboard is in this package, and the list of all dashboards
//   - house.go, house_*.go: what all dashboards and panels have in common
//   - classes.go, pipeline_statuses.go: how asset classes and statuses look on every panel
//   - pipeline_*.go, signal_*.go, risk_*.go, portfolio_*.go: the four dashboards
//   - step_*.go, alerts_dashboard.go: the dashboards of [More]
//   - leftout.go: which rows of another tool's tables a panel can't use
//   - query.go, sql.go, sql_*.go: PostgreSQL queries; their texts are the templates in sql/
//   - document.go, portable.go, saved.go: write a definition as the JSON that Grafana 11 would save
//   - lint.go, lint_*.go: the rules that every dashboard must keep
//
// To add a dashboard, write a file like signal_overview.go, put its queries into sql/, and add one line to
// [All]. To add a panel, give it a new id, build it in one of the functions that a section names, and put its
// query into sql/. Its place follows from the panels above it. In both cases run make generate.
package dashboard
