// Package market holds the price histories that the sample desk trades on: real ones read from
// elsewhere, or simulated ones. It opens no file or connection and reads no clock.
//
// The simulated prices are made up from a seed. They are meant to behave as prices do, so that a desk
// and its dashboards can be tried on them: correlated across instruments through a few common factors,
// fat-tailed (Student t), with calm and stressed spells (a two-state Markov chain) between which
// volatility rises and fades, yields, spreads and exchange rates that revert to a mean, policy rates that
// move in steps. Each instrument has prices on the days on which its market trades, and does not move on
// the others. None of them is, or estimates, a market's real price on any day.
//
// Files: market.go the table of levels; simulate.go one day after the other; process.go how a driver
// moves and the regimes; drivers.go what drives the levels; curves.go from drivers to levels;
// instruments.go what is simulated.
package market
