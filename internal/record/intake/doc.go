// Package intake turns files into rows. It reads CSV with a header and JSON Lines, for any kind of row
// that the desk keeps. It reads a file once, from front to back, in little memory, and takes the whole
// file or nothing. It reports every fault with its line, its column, the value, and what is allowed.
//
//   - intake.go: Import and its options
//   - kinds.go: the list of all kinds of file, with their columns; kind.go: what a kind is
//   - runs.go, instruments.go, snapshots.go, prices.go: what some kinds need beside that
//   - columns.go, about.go: what the columns hold, and the help of a kind
//   - file.go: turns a file into rows; sniff.go: whether it is in macrowatch's own format
//   - csv.go, jsonlines.go: the two forms of that format; dialect.go: any other file, by package dialect; jsonbody.go: JSON that comes by another way
//   - dryrun.go, preview.go: a file is read and nothing is stored
//   - cells.go, times.go: what a cell may contain
package intake
