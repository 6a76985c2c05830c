// Package timescaledb holds what prepares a database server for macrowatch, beside the script that
// does it for the compose stack.
package timescaledb

import _ "embed"

// Restrict is the query for the statements that keep the logins that only read from changing, locking
// and filling anything. Its columns are the statement and whether that takes a right away.
//
//go:embed restrict.sql
var Restrict string
