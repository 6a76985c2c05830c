package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// printRetention prints what would go, or with --json also what is gone.
func (a *app) printRetention(f retentionFlags, parts []store.RetentionPart, planned bool) error {
	if f.asJSON {
		return printJSON(a.Out, retentionJSONOf(parts, planned))
	}
	text, err := retentionText(a.rules(), parts)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(a.Out, text)
	return err
}

// retentionText lists what would go, by table.
func retentionText(rules desk.Rules, parts []store.RetentionPart) (string, error) {
	var s strings.Builder
	w := tabwriter.NewWriter(&s, 0, 0, 2, ' ', 0)
	var size int64
	for _, p := range parts {
		size += p.Bytes
		switch {
		case p.LeftAlone != "":
			fmt.Fprintf(w, "%s\tleft alone\t%s\n", p.Table, p.LeftAlone)
		case p.Table != p.Rule:
			if p.Rows > 0 {
				fmt.Fprintf(w, "  %s\twith them\t%s\n", p.Table, counted(p.Rows, "row", "rows"))
			}
		case p.Rows == 0:
			fmt.Fprintf(w, "%s\t%s\tnothing\n", p.Table, howRemoved(rules, p))
		default:
			fmt.Fprintf(w, "%s\t%s\t%s\n", p.Table, howRemoved(rules, p), strings.Join(figuresOf(rules, p), ", "))
		}
	}
	if err := w.Flush(); err != nil {
		return "", err
	}
	rows := rowsOf(parts)
	switch {
	case rows == 0:
		s.WriteString("Nothing is old enough to go.\n")
	case size > 0:
		fmt.Fprintf(&s, "In all %s would go, about %s.\n", counted(rows, "row", "rows"), megabytes(size))
	default:
		fmt.Fprintf(&s, "In all %s would go.\n", counted(rows, "row", "rows"))
	}
	return s.String(), nil
}

// howRemoved says what is done with the rows of a part, and of which time they are.
func howRemoved(rules desk.Rules, p store.RetentionPart) string {
	if p.Before.IsZero() {
		return p.Action()
	}
	return p.Action() + " before " + p.Before.In(rules.Location()).Format(time.DateOnly)
}

// figuresOf are the figures of a part that has rows.
func figuresOf(rules desk.Rules, p store.RetentionPart) []string {
	figures := []string{counted(p.Rows, "row", "rows"), "from " + bookTime(rules, p.First) + " to " + bookTime(rules, p.Last)}
	if p.Chunks > 0 {
		figures = append(figures, counted(p.Chunks, "whole chunk", "whole chunks"))
	}
	if p.Bytes > 0 {
		figures = append(figures, "about "+megabytes(p.Bytes))
	}
	return figures
}

// megabytes writes a size with the unit that fits: "0.3 MB", "12 MB", "1.4 GB".
func megabytes(n int64) string {
	size, unit := float64(n)/1e6, "MB"
	if size >= 1000 {
		size, unit = size/1000, "GB"
	}
	if size < 10 {
		return fmt.Sprintf("%.1f %s", size, unit)
	}
	return fmt.Sprintf("%.0f %s", size, unit)
}

// retentionJSON is the JSON of retention.
type retentionJSON struct {
	Removed bool                `json:"removed"`
	Rows    int64               `json:"rows"`
	Tables  []retentionPartJSON `json:"tables"`
}

type retentionPartJSON struct {
	Table     string     `json:"table"`
	Rule      string     `json:"rule"`
	Action    string     `json:"action"`
	Before    *time.Time `json:"before"`
	Rows      int64      `json:"rows"`
	First     *time.Time `json:"first"`
	Last      *time.Time `json:"last"`
	Bytes     int64      `json:"bytes,omitempty"`
	Chunks    int        `json:"chunks"`
	LeftAlone string     `json:"left_alone,omitempty"`
}

// retentionJSONOf returns the document of what would go, or of what is gone.
func retentionJSONOf(parts []store.RetentionPart, planned bool) retentionJSON {
	j := retentionJSON{Removed: !planned, Rows: rowsOf(parts), Tables: []retentionPartJSON{}}
	timeOf := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		t = t.UTC()
		return &t
	}
	for _, p := range parts {
		part := retentionPartJSON{Table: p.Table, Rule: p.Rule, Action: p.Action(), Before: timeOf(p.Before), Rows: p.Rows, First: timeOf(p.First), Last: timeOf(p.Last),
			Bytes: p.Bytes, Chunks: p.Chunks, LeftAlone: p.LeftAlone}
		if p.LeftAlone != "" {
			part.Action = "none"
		}
		j.Tables = append(j.Tables, part)
	}
	return j
}
