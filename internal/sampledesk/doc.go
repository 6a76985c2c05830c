// Package sampledesk is a sample macro desk, so that macrowatch can be tried without one: the history of
// its daily pipeline, the signals, positions and NAV of its strategies on a market's prices, and the
// small refreshes that go on while a demo runs. The pipeline is made up from a seed and the date. The
// prices may be made up or real (package market); what the strategies make of them is computed, by
// textbook rules (package strategy), and is no claim that they make money. Nothing here reads a clock, a
// file or a database.
//
// The desk's habits:
//
//   - On weekdays the six connectors start together at 06:00 in the desk's zone, on Brazilian and US
//     holidays too: some of the sources publish all the same, and each connector reads its last days
//     again.
//   - On the days on which B3 trades the desk's own steps follow as their inputs are over, and the book
//     is marked and traded in the evening: at 19:00 the closing prices come, then portfolio, risk and
//     report follow. On a holiday nothing is decided or traded.
//   - At weekends and on holidays the machines are free for housekeeping, at 06:00 or 18:00, so that any
//     24 hours hold a run.
//   - A failed attempt is tried again after two minutes and after five more. What fails for good
//     takes along the strategies that need that day's data.
//   - While a demo runs, the connectors fetch what is new from 08:00 to 19:00, each for as long as it
//     usually takes; at other hours a health check runs.
//
// Files: plan.go which steps there are on which day; day.go one day of them; desk.go what had happened by
// a moment; chance.go the random draws; failures*.go what goes wrong and how it reads; book.go the days
// with signals and positions; live.go and work.go the refreshes of a running demo.
package sampledesk
