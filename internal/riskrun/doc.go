// Package riskrun computes the book's risk from what the database holds and stores it: the way from
// snapshots, instruments and prices to package risk, and from its results to rows.
//
// # Book time
//
// A computation is for a snapshot of the book, and its time (the book time) is the computed_at, run_date
// and checked_at of every row. It uses the prices that were known then: those of the day before, and from
// 19:00 in the desk's zone on those of the day itself ([desk.PricesKnown]). So a computation of a past
// day gives what one of that day would have given, with the prices as they are stored now.
//
// # Backtest
//
// A stored VaR is tested on the first weekday after its prices, on which anything that its book holds has
// a new price: the book's hypothetical P&L from its prices to that day's is held against it. Of several
// VaRs that are tested on one day (a holiday was between) the latest counts, and of several of one
// weekday the last. A day on which more than [risk.MaxMissingPct] of the gross weight can't be priced is
// not tested.
//
// # Files
//
//   - runner.go: the runner, the risk of one time and of a stretch of days
//   - input.go: what is read from the database, prices in one query
//   - compute.go: one computation; pure, as are the next three
//   - rows.go, notes.go: results as rows and as sentences
//   - backtest.go: the tested days and what they come to
//   - parallel.go: many computations at once
//   - follow.go: computing what is new, or made from other inputs, while a server runs
//   - digest.go: what a computation was made from, as digests
//   - stale.go: the stored computations whose inputs have changed since
//   - short.go: computations without a VaR, over tables of another tool that take no null
package riskrun
