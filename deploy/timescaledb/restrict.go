// Package timescaledb prepares a database server for macrowatch. It embeds the query that takes rights
// from logins that only read. Beside it is the script that prepares the server of the compose stack.
package timescaledb

import _ "embed"

// Restrict is the query for the statements that keep the logins that only read from changing, locking
// and filling anything. Its columns are the statement and whether that takes a right away.
//
//go:embed restrict.sql
var Restrict string
