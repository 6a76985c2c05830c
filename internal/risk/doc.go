// Package risk computes what a book may lose: value at risk, expected shortfall and what drives them,
// drawdown, stress scenarios, limits, and the backtest of yesterday's figures against today. It is
// arithmetic only: it has no database, no clock and no logging. Package pnl says what a position makes
// when markets move.
//
// # From a weight to a VaR
//
// The files follow the way of a position's weight. [History.Simulate] goes through them in this order:
//
//   - book.go: the positions of a snapshot
//   - history.go, calendar.go: the prices of each instrument, and the days on which it has them
//   - exposure.go: what the book holds of each instrument; package pnl gives its duration or its currency
//   - selection.go, proxy.go: which instruments have enough history, and whose moves the others take
//   - window.go: the returns of the window, between days on which everything has a price
//   - profit.go: what an instrument makes by a return
//   - returns.go: what the book makes on each day
//   - historical.go, measures.go, moments.go: VaR and CVaR from that
//
// The other files compute what is shown beside the VaR: drivers.go, stress.go with shock.go, replay.go, hypothetical.go
// and backtest.go, drawdown.go, limits.go, and report.go with jumps.go.
//
// # Conventions
//
// All results are in percent of NAV. A loss is positive in a value at risk (VaR), an expected shortfall
// (CVaR) and a drawdown. Neither VaR nor CVaR is cut off at zero, so a book that only gains has negative
// ones. A profit is positive in a P&L, so a scenario's loss is negative there. The horizon is one day.
// Carry is left out, as package pnl says.
//
// # Historical simulation of today's book
//
// [Simulate] asks what today's weights would have made on each of the last N (500) days of the risk
// calendar. This calendar has the days on which every held instrument has a price and, where its profit
// needs one, an exchange rate. A return runs from one such day to the next. A return over more than
// [MaxGapDays] calendar days is dropped and reported. So is a return from or to a price that is not
// above zero. Yields count with today's duration and convexity. With fewer than [MinReturns] returns
// there is neither a VaR nor a CVaR. Scenarios, drawdowns and the limits on exposures need no returns.
//
// # Missing data
//
// Missing data is always reported, and it never shortens the window of the other instruments. An
// instrument has enough history if it has as many returns of its own as are needed:
//
//   - N, normally.
//   - Nine tenths of the longest history, if no held instrument has N.
//   - Nine tenths of N, if more than [MaxMissingPct] of the gross weight has fewer than N, but at most
//     [MaxMissingPct] has fewer than nine tenths of N. This happens when markets with different holidays
//     reach N at different times.
//
// An instrument without enough history is named, with its share of the book. It takes the returns of
// its proxy if [Options] names one. What is left out after that may be at most [MaxMissingPct] of the
// gross weight. Beyond that, [Simulate] returns [ErrMissing] unless [Options.AllowMissing] is set.
package risk
