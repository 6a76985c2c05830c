// Package intake turns files into rows. It reads CSV with a header and JSON Lines, for any kind of row
// that the desk keeps. It reads a file once, from front to back, in little memory, and takes the whole
// file or nothing. It reports every fault with its line, its column, the value, and what is allowed.
//
//   - intake.go: Import and its options
//   - kinds.go: the list of all kinds of file, with their columns; kind.go: what a kind is
//   - runs.go, instruments.go, snapshots.go, prices.go: what some kinds need beside that
//   - file.go: turns a file into rows
//   - csv.go, jsonlines.go: the two formats of files; jsonbody.go: JSON that comes by another way
//   - cells.go, times.go: what a cell may contain
package intake
