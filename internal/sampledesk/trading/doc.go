// Package trading is the sample desk's book: what its strategies say day by day, the positions that
// follow, and what they make. It reads no file, database or clock; one day comes after the other, and a
// day sees only the closes before it.
//
// The day of the book is one on which B3 trades. In the morning the strategies decide, from the closes of
// the days before. At
// the close the day's prices come, and the positions held since the last close make their profit or
// loss. Then the book is traded, at the close, to what was decided in the morning, which costs
// something; NAV and weights after that are the day's snapshot.
//
// What a position makes is package pnl's: the simple return of a price, turned into BRL; duration and
// convexity of a yield. On top of that an exchange rate loses its interest differential, the quote
// currency's short rate less the base currency's, by calendar days of 365, where both are known. NAV
// earns no interest on cash, and bonds and commodities no carry or roll-down. A weight is a fraction of
// the NAV of the day: a position is kept at its weight until it is traded, and the small trades that
// this takes from day to day are not charged.
//
// Sizing. A full score gets the same risk whatever the instrument: the strategy's budget, divided by the
// root of how many instruments it speaks of, over the instrument's volatility (an exponentially weighted
// one, as of the morning). The whole book is then sized for the mandate's volatility, by what its weights
// would have made over the days before. After each snapshot the book is measured against the mandate's
// limits (use.go), as the desk's risk step measures it. Where it uses more of one than full it is made
// smaller from the next day on; where it breaches one it is cut at once to afterBreach of the limit, and
// grows again by recovery a day. A drawdown shrinks it too, before the limit is reached.
//
// Odd prices. A day without a price is a day without a move: the next price brings the whole of it. A price of zero or less, and one after
// it, gives no return; a note says so. A jump of more than ten daily standard deviations is taken as it
// stands, with a note. An instrument without a price for more than StaleDays, or in its last CloseOut
// before maturity, is closed at its last price, with a note; if prices come again it is traded again.
// That needs no look ahead: on the day nobody knows whether there will be another price.
//
// Files: setup.go what a market allows; mandate.go what the book is held to; asset.go what is known of an
// instrument; session.go the state; decide.go the morning; mark.go the close; trade.go and costs.go the
// trades; use.go the limits; size.go the size; state.go the book in figures.
package trading
