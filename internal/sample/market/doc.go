// Package market holds the price histories that the sample desk trades on. They are read from elsewhere
// or simulated. The package opens no file or connection and reads no clock.
//
// The simulated prices follow from a seed. They should behave as prices do, so that a desk and its
// dashboards can be tried on them:
//
//   - A few common factors make the instruments move together.
//   - The moves have fat tails (Student t).
//   - Calm and stressed periods alternate (a two-state Markov chain), and volatility rises and fades
//     between them.
//   - Yields, spreads and exchange rates return to a mean.
//   - Policy rates move in steps.
//   - Each instrument has prices on the days on which its market trades, and does not move on other days.
//
// None of these prices is, or estimates, a market's real price on any day.
//
// Files:
//
//   - market.go: the table of levels
//   - simulate.go: simulates one day after the other
//   - process.go: how a driver moves, and the calm and stressed regimes
//   - drivers.go: what drives the levels
//   - curves.go: turns drivers into levels
//   - instruments.go: which instruments are simulated
package market
