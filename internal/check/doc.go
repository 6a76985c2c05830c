// Package check finds what is wrong with the dashboards before anybody looks at them: house rules
// that a panel breaks, queries that the database refuses, and columns that a panel names and its
// query does not return. Grafana shows such a panel without its colours, its unit or its value,
// and without an error.
//
//   - check.go: all of it for a list of dashboards
//   - queries.go: runs a dashboard's queries
//   - variables.go: the values of its variables
//   - named.go, transformations.go: which columns a panel names, and at which point
package check
