// Package store keeps the desk's record in PostgreSQL, and uses TimescaleDB if the database has it. It
// holds the connection pool, the migrations, and one file of statements for each table.
//
// Writing is safe to repeat. If the same row is written twice, there is one row. A row that differs
// replaces the one with the same key, with one exception: a run that is over never becomes RUNNING
// again. The driver's errors do not leave this package: callers get an *Error whose text is a sentence
// for the user.
//
// The database:
//
//   - open.go: the pool; session.go: what a connection needs, also behind a pooler; capacity.go: how many
//     connections there may be
//   - health.go: whether the database answers; changes.go: news of what was written
//   - errors.go, urlerror.go: the driver's errors as sentences
//   - migrate.go, migrationfile.go, migrations/: the schema
//   - contract.go, inspect.go, adopt.go, writable.go: tables that another tool made
//   - reader.go: logins that only read
//
// The rows:
//
//   - bulk.go, bulkrows.go, bulksql.go, copytext.go: how many rows at once are written
//   - runs.go, interrupted.go, signals.go, portfolio.go, risk.go, instruments.go, prices.go, settings.go:
//     the tables
//   - snapshotpieces.go: snapshots that look torn, and positions that a corrected file lacks
//   - riskinputs.go: what risk was computed from
//   - contents.go: work on all tables at once
package store
