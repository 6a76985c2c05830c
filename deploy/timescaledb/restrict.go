// Package timescaledb prepares a database server for macrowatch. It embeds the query that takes rights
// from logins that only read. Beside it is the script that prepares the server of the compose stack.
package timescaledb

import _ "embed"

// Restrict is a query. Its rows are the statements that must still be run so that logins that only read can't
// change, lock or fill anything. Its columns are the statement, and whether the statement takes a right away.
//
//go:embed restrict.sql
var Restrict string
