// Package store keeps the desk's record in PostgreSQL, with TimescaleDB where the database has it:
// the pool, the migrations, and one file of statements per table.
//
// Writing is safe to repeat. The same row twice is one row, and a row that differs replaces the one
// of the same key, except that a run that is over is never RUNNING again. The driver's errors end
// here: what callers get is an *Error whose text is a sentence for the user.
//
// Files: open.go the pool; session.go what a connection needs, behind a pooler too; capacity.go how
// many there may be; health.go whether the database answers; changes.go news of what was written;
// errors.go and urlerror.go the driver's errors as sentences; migrate.go, migrationfile.go
// and migrations/ the schema; contract.go, inspect.go, adopt.go and writable.go tables that another
// tool made; reader.go logins that only read; bulk.go, bulkrows.go, bulksql.go and copytext.go the way
// that many rows take; runs.go, interrupted.go, signals.go, portfolio.go, risk.go, instruments.go,
// prices.go and settings.go the tables; snapshotpieces.go snapshots that look torn or keep rows;
// riskinputs.go what risk was computed from; contents.go all of them at once.
package store
