// Package intake turns files into rows: CSV with a header, or JSON Lines, of any kind of row that
// the desk keeps. A file is taken whole or not at all, read once from front to back in little
// memory, and every fault is told with its line, column, value and what is allowed.
//
// Files: intake.go what callers use; kinds.go and one file per kind the columns and their meaning;
// file.go rows out of a file; csv.go and jsonlines.go the two formats; cells.go, times.go what a
// cell may hold.
package intake
