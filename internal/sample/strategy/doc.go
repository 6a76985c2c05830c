// Package strategy holds the sample desk's strategies. For each it says what the strategy trades, by
// which published rule, and what the rule says about a history. The rules are textbook ones and kept
// short. Nothing here claims that they make money. The package reads no file, database or clock.
//
// A rule gets histories that end with the last close before the day for which it decides. So it can't
// see the future. It scores each of its instruments from −1 (short) to +1 (long) and says how sure it
// is, from 0 to 1. Long means long the asset. For rates and credit that is the bond, which gains when
// the yield or spread falls.
//
// Files:
//
//   - strategy.go: what a strategy is
//   - catalogue*.go: the desk's strategies
//   - series.go, stats.go: what the rules compute with
//   - one file for each rule, with its source
package strategy
