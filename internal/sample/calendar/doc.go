// Package calendar knows the days on which the sample desk's markets trade: B3, New York's stock and
// bond markets, and the currency market, which trades around the world.
//
// The holidays come from package holiday. A test compares the calendar with the days on which real prices
// were published, and another one with the business days by which package pnl counts.
package calendar
