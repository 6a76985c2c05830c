// Package risk computes what a book may lose: value at risk, expected shortfall and what drives them,
// drawdown, stress scenarios, limits, and how yesterday's figures stood up to today. It is arithmetic
// only: no database, no clock, no logging; what a position makes when markets move is package pnl's.
//
// # Conventions
//
// All results are in percent of NAV. A loss is positive in a value at risk (VaR), an expected shortfall
// (CVaR) and a drawdown; neither VaR nor CVaR is floored at zero, so a book that only gains has a
// negative one. A profit is positive in a P&L, so a scenario's loss is negative there. The horizon is
// one day. Carry is left out, as package pnl says.
//
// # Historical simulation of today's book
//
// [Simulate] asks what today's weights would have made on each of the last N (500) days of the risk
// calendar: the days on which every held instrument has a price, and the exchange rate that its profit
// needs. A return runs from one such day to the next; one over more than [MaxGapDays] calendar days is
// dropped and reported, and so is one from or to a price that is not above zero. Yields count with
// today's duration and convexity. With fewer than [MinReturns]
// returns there is neither a VaR nor a CVaR; scenarios, drawdowns and the limits on exposures need none.
//
// # Missing data
//
// Nothing missing is silent, and it never shortens the others' window. An instrument has enough history
// if it has by itself the N returns; where no held instrument has N, nine tenths of what the longest
// has; and nine tenths of N where more than [MaxMissingPct] of the gross weight lacks N and at most that
// lacks nine tenths, as when markets with other holidays come to N at different times. What has not is named with its share of the book, and takes the returns of its proxy where
// [Options] names one. What then is still left out may be at most [MaxMissingPct] of the gross weight;
// beyond, [ErrMissing] unless [Options.AllowMissing].
package risk
