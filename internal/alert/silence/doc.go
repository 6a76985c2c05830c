// Package silence makes and ends silences: alerts that nobody wants to hear of for a time. The command line, the page and
// the programs that have a token all make them here, so the same bounds hold for all.
//
//   - wish.go: what may be silenced, and for how long; book.go: how a silence is kept and ended
//   - calls.go: the calls for programs that have a token
package silence
