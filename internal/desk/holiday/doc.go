// Package holiday knows the holidays of markets by name: those of exchanges, of bond markets, of payment systems and
// of countries. The dates come from github.com/rickar/cal. To these the package adds the days on which only an
// exchange is closed, and the days on which it was closed once.
package holiday
