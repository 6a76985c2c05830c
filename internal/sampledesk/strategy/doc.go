// Package strategy holds the sample desk's strategies: what each trades, by which published rule, and
// what the rule says of a history. The rules are textbook ones, kept short; nothing here claims that
// they make money. The package reads no file, database or clock.
//
// A rule is given histories that end with the last close before the day it decides on, so it can't see
// the future. It scores its instruments from −1 (short) to +1 (long) and says how sure it is from 0 to
// 1. Long is long the asset: for rates and credit the bond, which gains when the yield or spread falls.
//
// Files: strategy.go what a strategy is; catalogue*.go the desk's strategies; series.go and stats.go
// what the rules compute with; one file per rule, with its source.
package strategy
