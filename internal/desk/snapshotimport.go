package desk

import "time"

// SnapshotOptions say how a file of snapshots is written. The zero value is the default.
type SnapshotOptions struct {
	// Replace replaces each stored snapshot that the file has too as a whole: positions that the file lacks
	// are deleted.
	Replace bool
	// TakeTorn accepts snapshots that look torn: pieces of one snapshot whose rows were stamped one after the
	// other.
	TakeTorn bool
}

// SnapshotReport says which stored rows a file of snapshots left as they were.
type SnapshotReport struct {
	// Snapshots counts the snapshots of the file that still have stored rows which the file lacks. Kept has
	// the first of them.
	Snapshots int64
	Kept      []KeptRows
}

// KeptRows counts the stored rows of a snapshot that a file lacks.
type KeptRows struct {
	At   time.Time
	Rows int64
}
