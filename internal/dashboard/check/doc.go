// Package check finds faults in the dashboards before anybody looks at them. It reports three kinds: a
// panel breaks a house rule, the database refuses a query, or a panel names a column that its query
// does not return. Grafana shows such a panel without its colours, its unit or its value, and reports
// no error.
//
//   - check.go: all checks, for a list of dashboards
//   - queries.go: runs a dashboard's queries, filled in as the viewer fills them in
//   - variables.go: finds the values of its variables
//   - named.go: compares the columns and queries that a panel names with the existing ones
package check
