// Package riskrun computes the book's risk from the database and stores it. It reads snapshots,
// instruments and prices, gives them to package risk, and turns the results into rows.
//
// # Book time
//
// A computation is for one snapshot of the book. The time of that snapshot is the book time: it is the
// computed_at, run_date and checked_at of every row. The computation uses the prices that were known at
// that time: those of the day before and, from 19:00 in the desk's zone on, those of the day itself
// ([desk.Rules.LastPricedDay]). So a computation of a past day gives what a computation on that day would have
// given, with the prices as they are stored now.
//
// # Backtest
//
// A stored VaR is tested on the first day outside the desk's weekend after its prices on which any instrument of its book has a
// new price. The test compares the VaR with the book's hypothetical P&L, from the prices of the VaR to
// those of that day. If a holiday lies between, several VaRs may be tested on one day: then the latest
// counts. Of several VaRs of one book day, the last counts. A day is not tested if more than
// [risk.MaxMissingPct] of the gross weight can't be priced.
//
// # Files
//
//   - runner.go: the runner; the risk of one time, and of a range of days
//   - input.go: reads everything from the database; one query reads all prices
//   - compute.go: one computation, without side effects, as are the next three
//   - notes.go: what a reader must know about a computation, in sentences
//   - backtest.go: the tested days and their totals
//   - parallel.go: runs many computations at once
//   - follow.go: computes what is new, or has other inputs now, while a server runs
//   - digest.go: digests of the inputs of a computation
//   - stale.go: finds the stored computations whose inputs have changed since
//   - short.go: computations without a VaR, for tables of another tool that allow no null
package riskrun
