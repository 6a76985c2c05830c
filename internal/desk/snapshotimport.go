package desk

import "time"

// SnapshotOptions say how a file of snapshots is written. The zero value is the default.
type SnapshotOptions struct {
	// Replace replaces what is stored of each timestamp of the file as a whole: positions that the file
	// has not are gone.
	Replace bool
	// TakeTorn takes snapshots that look like pieces of one, stamped one after the other, as they are.
	TakeTorn bool
}

// SnapshotReport says what writing a file of snapshots left behind.
type SnapshotReport struct {
	// Snapshots is how many snapshots of the file keep rows that the file has not, and Kept the first
	// of them.
	Snapshots int64
	Kept      []KeptRows
}

// KeptRows are rows of a snapshot that a file has not.
type KeptRows struct {
	At   time.Time
	Rows int64
}
