// Package risk computes what a book may lose: value at risk, expected shortfall and what drives them,
// drawdown, stress scenarios, limits, and the backtest of yesterday's figures against today. It is
// arithmetic only: it has no database, no clock and no logging. Package pnl says what a position makes
// when markets move.
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
