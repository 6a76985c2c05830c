package client

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Answer is what became of the rows of a call.
type Answer struct {
	Inserted   int64    `json:"inserted"`   // were new
	Updated    int64    `json:"updated"`    // were there with other values
	Unchanged  int64    `json:"unchanged"`  // were there already
	Removed    int64    `json:"removed"`    // were deleted, because ReplaceSnapshots replaced their snapshot
	Registered []string `json:"registered"` // instruments that Register added
	Warnings   []BadRow `json:"warnings"`   // rows that were taken although they look wrong
	// Kept says that the rows are on disk and not with the server yet. Why says the reason.
	Kept bool   `json:"-"`
	Why  string `json:"-"`
}

// add adds the answer to the rows that begin at an index of all rows.
func (a *Answer) add(b Answer, from int64) {
	a.Inserted += b.Inserted
	a.Updated += b.Updated
	a.Unchanged += b.Unchanged
	a.Removed += b.Removed
	a.Registered = append(a.Registered, b.Registered...)
	a.Warnings = append(a.Warnings, moved(b.Warnings, from)...)
	if b.Kept {
		a.Kept, a.Why = true, b.Why
	}
}

// BadRow is one fault of a request.
type BadRow struct {
	Index   int64  `json:"index"` // of the row, counted from 0
	Field   string `json:"field"` // "" if the whole row is at fault
	Value   string `json:"value"`
	Problem string `json:"problem"`
}

func moved(rows []BadRow, by int64) (all []BadRow) {
	for _, row := range rows {
		row.Index += by
		all = append(all, row)
	}
	return all
}

// RefusedError says that the server refuses the rows. Nothing of the request was written, and to send it again would not
// help.
type RefusedError struct {
	Status  int
	Message string   `json:"message"`
	Rows    []BadRow `json:"rows"`   // the first faults
	Faults  int64    `json:"faults"` // how many there are in all
}

// Error returns the message and the faults.
func (e *RefusedError) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	for _, row := range e.Rows {
		fmt.Fprintf(&b, "\nrow %d, %s %q: %s", row.Index, row.Field, row.Value, row.Problem)
	}
	return b.String()
}

// ErrUnavailable marks the error of a call whose rows the server did not take and that are not kept either.
var ErrUnavailable = errors.New("macrowatch did not take the rows, and they are not kept")

// laterError says that a request may succeed later.
type laterError struct {
	why   string
	after time.Duration
	alone bool // other requests may succeed now
}

func (e *laterError) Error() string { return e.why }
