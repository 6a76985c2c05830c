// Package sampledesk is a sample macro desk, with which one can try macrowatch without a desk. It gives
// the history of the desk's daily pipeline, the signals, positions and NAV of its strategies on a
// market's prices, and the small refreshes that go on while a demo runs. The pipeline follows from a
// seed and the date. The prices may be simulated or real (package market). The strategies' decisions are
// computed from them, by textbook rules (package strategy). Nothing here claims that these make money.
// The package reads no clock, file or database.
//
// The desk's day:
//
//   - On weekdays the six connectors start together at 06:00 in the desk's zone, on Brazilian and US
//     holidays too. Some of the sources publish on holidays, and each connector reads its last days again.
//   - On the days on which B3 trades, each of the desk's own steps follows when the steps that it needs
//     have ended. In the evening the book is marked and traded: the closing prices come at 19:00, then
//     the steps portfolio, risk and report follow. On a holiday nothing is decided or traded.
//   - At weekends and on holidays the machines do housekeeping, at 06:00 or 18:00. So any 24 hours
//     contain a run.
//   - A failed attempt is repeated after two minutes, and once more after another five. If a step fails for good,
//     the strategies that need its data of that day fail too.
//   - While a demo runs, the connectors fetch new data from 08:00 to 19:00, and each takes as long as it
//     usually does. At other hours a health check runs.
//
// Files:
//
//   - plan.go: which steps run on which day
//   - day.go: one day of these steps
//   - desk.go: what had happened by a given moment
//   - chance.go: the random draws
//   - connectors.go: how the connectors behave
//   - failures*.go: what goes wrong, and the messages
//   - book.go: the days with signals and positions
//   - live.go, work.go: the refreshes of a running demo
package sampledesk
