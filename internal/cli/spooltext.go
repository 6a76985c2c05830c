package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"golang.org/x/term"

	"macrowatch/internal/record/spool"
)

// printKept prints kept runs as a table with one line for each run. If that is too wide for the terminal, it prints two
// lines for each run.
func printKept(out *os.File, kept []spool.Kept) error {
	if len(kept) == 0 {
		return nil
	}
	table, color := keptTable(kept), colorsFor(out)
	if isTerminal(out) {
		width, _, err := term.GetSize(int(out.Fd()))
		if err == nil && slices.ContainsFunc(table, func(line string) bool { return len([]rune(line)) > width }) {
			table = keptBlocks(kept)
		}
	}
	for i, line := range table {
		if i == 0 {
			line = color.bold(line)
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

// keptTable returns a heading and one line for each run.
func keptTable(kept []spool.Kept) []string {
	rows := [][]string{{"RUN", "STEP", "STATUS", "STARTED", "STATE", "SINCE", "DATABASE", "WHY"}}
	for _, k := range kept {
		rows = append(rows, append(keptCells(k), instant(k.Since), dash(plain(k.Target)), dash(plain(k.Why))))
	}
	return aligned(rows)
}

// keptBlocks returns a heading and two lines for each run, the long texts on the second line.
func keptBlocks(kept []spool.Kept) []string {
	rows := [][]string{{"RUN", "STEP", "STATUS", "STARTED", "STATE"}}
	for _, k := range kept {
		rows = append(rows, keptCells(k))
	}
	lines := aligned(rows)
	blocks := lines[:1:1]
	for i, k := range kept {
		about := "since " + instant(k.Since)
		if k.Target != "" {
			about += ", for " + plain(k.Target)
		}
		if k.Why != "" {
			about += ": " + plain(k.Why)
		}
		blocks = append(blocks, lines[i+1], "    "+about)
	}
	return blocks
}

func keptCells(k spool.Kept) []string {
	return []string{plain(k.ID), dash(plain(k.Run.Step)), dash(string(k.Run.Status)), instant(k.Run.StartedAt), string(k.State)}
}

// aligned turns rows of cells into lines whose columns stand below each other.
func aligned(rows [][]string) []string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, cells := range rows {
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	_ = w.Flush() // writing to a strings.Builder can't fail
	var lines []string
	for line := range strings.Lines(text.String()) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return lines
}

// plain returns a text as one line, without characters that a terminal would obey.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsPrint(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return '\uFFFD'
	}, text)
}

// dash returns a text, and "-" for an empty one.
func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// instant writes a time in UTC, and "-" for the zero time.
func instant(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// keptJSON is a kept run in the output of spool list --json.
type keptJSON struct {
	RunID     string      `json:"run_id"`
	Step      string      `json:"step_name,omitempty"`
	Status    string      `json:"status,omitempty"`
	StartedAt *time.Time  `json:"started_at,omitempty"`
	State     spool.State `json:"state"`
	Since     time.Time   `json:"since"`
	Database  string      `json:"database,omitempty"`
	Identity  string      `json:"database_identity,omitempty"`
	Why       string      `json:"why,omitempty"`
	File      string      `json:"file"`
}

func printKeptJSON(out *os.File, kept []spool.Kept) error {
	all := make([]keptJSON, len(kept))
	for i, k := range kept {
		all[i] = keptJSON{
			RunID: k.ID, Step: k.Run.Step, Status: string(k.Run.Status), State: k.State, Since: k.Since.UTC(),
			Database: k.Target, Identity: k.Database, Why: k.Why, File: k.Path,
		}
		if !k.Run.StartedAt.IsZero() {
			all[i].StartedAt = &kept[i].Run.StartedAt
		}
	}
	return printJSON(out, all)
}
