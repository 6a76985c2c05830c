// Package sampledesk is a sample macro desk, so that macrowatch can be tried without one: the history of
// its daily pipeline, the signals, positions and NAV of its strategies on a market's prices, and the
// small refreshes that go on while a demo runs. The pipeline is made up from a seed and the date. The
// prices may be made up or real (package market); what the strategies make of them is computed, by
// textbook rules (package strategy), and is no claim that they make money. Nothing here reads a clock, a
// file or a database.
//
// The desk's habits:
//
//   - On weekdays the six connectors start together at 06:00 in the desk's zone; the desk's own
//     steps follow as their inputs are over. Brazilian holidays are ordinary weekdays: half of the
//     sources are foreign and publish anyway, and a desk that books no trades still computes risk.
//   - The book is marked and traded in the evening: at 19:00 the closing prices come, then portfolio,
//     risk and report follow.
//   - At weekends only two housekeeping jobs run, at 06:00 and at 18:00, so that any 24 hours hold
//     a run.
//   - A failed attempt is tried again after two minutes and after five more. What fails for good
//     takes along the strategies that need that day's data.
//
// Files: plan.go which steps there are; day.go one day of them; desk.go any stretch of days;
// chance.go the random draws; failures*.go what goes wrong and how it reads; book.go the days with
// signals and positions; live.go and work.go the refreshes of a running demo.
package sampledesk
