// Package calendar knows the days on which the sample desk's markets trade: B3, New York's stock and
// bond markets, and the currency market, which trades around the world.
//
// The Brazilian bank holidays come from package pnl, which uses the same ones to count a bond's business
// days. The US holidays come from github.com/rickar/cal. To these the package adds the days on which
// only the exchanges are closed. A test compares the calendar with the days on which real prices were
// published.
package calendar
