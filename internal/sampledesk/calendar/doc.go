// Package calendar knows the days on which the sample desk's markets trade: B3's, New York's stock and
// bond markets', and those of currencies, which trade around the world.
//
// The Brazilian bank holidays are package pnl's, the same that count a bond's business days; the US
// holidays are github.com/rickar/cal's. On top of them come the days that the exchanges keep by themselves.
// A test compares all of them with the days on which real prices were published.
package calendar
