// Package dialect reads files as people have them, and returns their rows in one canonical form: texts in the order of
// the wanted columns, numbers with a decimal point, days as 2026-01-31, times as 2026-01-31T06:00:00.
//
// It knows nothing of the desk's rules. It concludes how a file is written only from the whole file. What the file does
// not settle (02/03/2026, 1.234) it refuses, and names the option that settles it.
//
//   - dialect.go: the options, Open and the Reader
//   - unpack.go: gzip, zip, and the copy on disk that can be read twice
//   - encoding.go: UTF-8, UTF-16 and Windows-1252
//   - separated.go, fixed.go, jsonfile.go: the three forms of file, as records of cells
//   - layout.go, wide.go: which cell belongs to which column
//   - survey.go: what the whole file says about its numbers and dates
//   - number.go, day.go, clock.go, epoch.go: the forms of one cell
//   - preset.go: the layouts of known sources
//   - findings.go: what was concluded, in words
package dialect
