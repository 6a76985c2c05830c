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
//   - target.go, whereabouts.go: which database it is; password.go: to whom the password is sent
//   - health.go: whether the database answers; changes.go: news of what was written
//   - errors.go, urlerror.go: the driver's errors as sentences
//   - migrate.go, migrationfile.go, hiddentables.go, migrations/: the schema
//   - inspect.go, adopt.go, writable.go: tables that another tool made
//   - transaction.go: several writes in one transaction
//   - tokens.go, requests.go: who may write over HTTP, and what was answered
//   - words.go, foundwords.go: what words for statuses and directions mean
//   - reader.go, readerroles.go, restrict.go, exposure.go, longreading.go: logins that only read
//
// The rows:
//
//   - tables.go: the list of all tables, and what follows from it; columns.go: the columns
//   - runs.go, signals.go, portfolio.go, risk.go, riskdetail.go, instruments.go, prices.go, settings.go: one
//     table or a few, with their statements
//   - bulk.go, bulkwriter.go, bulkrows.go, bulksql.go, copytext.go, stagefaults.go: how many rows are written
//     at once
//   - alerts.go, alertdeliveries.go, alertfigures.go: alerts, the messages about them, and what they are computed from
//   - loginsessions.go: who is logged in to the viewer
//   - runfit.go, interrupted.go: runs as exec records them; onerun.go: one run
//   - snapshots.go, pricehistory.go, riskinputs.go, leftout.go: what risk is computed from
//   - riskcomputation.go: all rows of one computation
//   - snapshotpieces.go: snapshots that look torn, and positions that a corrected file lacks
//   - newestrows.go: of when the newest row of each table is
//   - contents.go: whether the record is empty, and how to delete everything
package store
