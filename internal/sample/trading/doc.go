// Package trading is the sample desk's book. Day by day it computes what the strategies say, the
// positions that follow from that, and what these positions make. It reads no file, database or clock. A
// day sees only the closes before it.
//
// # A day
//
// The book has a day whenever B3 trades. In the morning the strategies decide, from the closes of the
// days before. At the close the day's prices come, and the positions held since the last close make
// their profit or loss. Then, still at the close, the book is traded to what was decided in the morning,
// which costs something. The NAV and the weights after that are the day's snapshot.
//
// # Profit and loss
//
// Package pnl says what a position makes: for a price the simple return, turned into BRL; for a yield the
// profit that follows from duration and convexity. An exchange rate also loses its interest differential, by
// calendar days of 365, if both rates are known. The differential is the quote currency's short rate minus the
// base currency's. The NAV earns no interest on cash, and bonds and commodities earn no carry or roll-down.
//
// A weight is a fraction of the NAV of the day. A position is kept at its weight until it is traded. The
// small trades that this needs from day to day cost nothing.
//
// # Size
//
// A full score gets the same risk whatever the instrument. Its size is the strategy's risk budget,
// divided by the square root of the number of its instruments, and divided by the instrument's
// volatility. That volatility is exponentially weighted, as of the morning. The whole book is then
// scaled to the volatility of the mandate, measured on what its weights would have made over the days
// before.
//
// After each snapshot the book is measured against the limits of the mandate (use.go), as the desk's
// risk step measures it. If it uses more than the fraction full of a limit, it becomes smaller from the
// next day on. If it breaches a limit, it is cut at once to the fraction afterBreach of the limit. Then
// it grows again by the factor recovery each day. A drawdown shrinks the book too, before its limit is
// reached.
//
// # Odd prices
//
//   - A day without a price is a day without a move. The next price brings the whole move.
//   - A price of zero or less gives no return, and neither does the price after it. A note says so.
//   - A jump of more than ten daily standard deviations counts as it is, with a note.
//   - An instrument is closed at its last price if it has had no price for more than StaleDays, or in its
//     last CloseOut before maturity. A note says so. If prices come again, it is traded again. This rule
//     does not look ahead: on the day, nobody knows whether there will be another price.
//
// # Files
//
//   - setup.go: what a market allows
//   - mandate.go: what the book is held to
//   - asset.go: what is known of an instrument
//   - session.go: the state
//   - decide.go: the morning
//   - mark.go: the close
//   - trade.go, costs.go: the trades
//   - use.go: the limits
//   - size.go: the size
//   - state.go: the book in figures
package trading
