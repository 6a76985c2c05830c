// Package recordmetrics tells Prometheus about the record: the connections to its database, the runs that wait for it, and how
// new its rows are.
//
//   - remembered.go: a value that is asked for now and then, and never waited for long
//   - pools.go, spool.go, newestrows.go: the metrics
package recordmetrics
