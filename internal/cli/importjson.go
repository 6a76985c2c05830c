package cli

import (
	"time"

	"macrowatch/internal/record/intake"
)

// importJSON is the output of import --json. It lists the files that were imported. If a file is refused, these are
// the files before it.
type importJSON struct {
	Files []importedJSON `json:"files"`
}

// importedJSON says what the import of one file did.
type importedJSON struct {
	File         string         `json:"file"` // "-" is standard input
	Kind         string         `json:"kind"`
	Inserted     int64          `json:"inserted"`
	Updated      int64          `json:"updated"`
	Unchanged    int64          `json:"unchanged"`
	Removed      int64          `json:"removed"`
	Registered   []string       `json:"registered"` // instruments that --kind added
	QuotedIn     string         `json:"quoted_in,omitempty"`
	Warnings     []string       `json:"warnings"`
	MoreWarnings int64          `json:"more_warnings"`
	Snapshots    int64          `json:"snapshots_with_kept_rows"`
	KeptRows     []keptRowsJSON `json:"kept_rows"`  // the first of these snapshots
	ReadAs       []string       `json:"read_as"`    // how a file was read that is not in macrowatch's own format
	LeftOut      int64          `json:"left_out"`   // rows without a price, and rows of other markets
	DryRun       bool           `json:"dry_run"`    // nothing was written
	FirstRows    []rowJSON      `json:"first_rows"` // of a dry run
	Seconds      float64        `json:"seconds"`
}

// rowJSON is one of the first rows of a dry run: its columns as the file has them, and as they would be stored.
type rowJSON struct {
	Place  string            `json:"place"`
	Read   map[string]string `json:"read"`
	Stored map[string]string `json:"stored"`
}

// keptRowsJSON says how many rows a snapshot keeps that the file does not have.
type keptRowsJSON struct {
	Timestamp time.Time `json:"timestamp"`
	Rows      int64     `json:"rows"`
}

func importedOf(path, kind string, r intake.Result, elapsed time.Duration) importedJSON {
	j := importedJSON{
		File: path, Kind: kind, Inserted: r.Inserted, Updated: r.Updated, Unchanged: r.Unchanged, Removed: r.Removed,
		Registered: append([]string{}, r.Registered...), Warnings: []string{}, MoreWarnings: r.Doubts.More,
		Snapshots: r.Snapshots.Snapshots, KeptRows: []keptRowsJSON{}, ReadAs: []string{}, FirstRows: []rowJSON{}, Seconds: seconds(elapsed),
	}
	if len(r.Registered) > 0 {
		j.QuotedIn = r.QuotedIn
	}
	for _, doubt := range r.Doubts.Rows {
		j.Warnings = append(j.Warnings, doubt.String())
	}
	for _, f := range r.Dialect {
		j.ReadAs = append(j.ReadAs, f.String())
		j.LeftOut += f.LeftOut + f.OtherMarkets
	}
	for _, k := range r.Snapshots.Kept {
		j.KeptRows = append(j.KeptRows, keptRowsJSON{k.At.UTC(), k.Rows})
	}
	return j
}
