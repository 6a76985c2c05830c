package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
)

// previewedRows is how many rows a dry run shows.
const previewedRows = 5

// dryRunFiles shows how files would be read, and checks all of their rows. It asks no database, and so knows only the
// built-in words for statuses and directions.
func (a *app) dryRunFiles(ctx context.Context, kind string, paths []string, opts intake.Options, asJSON bool) (err error) {
	opts.Words = desk.BuiltInWords()
	checked := importJSON{Files: []importedJSON{}}
	if asJSON {
		defer func() { err = errors.Join(err, printJSON(a.Out, checked)) }()
	}
	for _, path := range paths {
		began := time.Now()
		opts.Preview = &intake.Preview{Most: previewedRows}
		result, err := a.importFile(ctx, intake.DryRun{}, kind, path, opts)
		if !asJSON {
			a.printDialect(path, result)
			fmt.Fprint(a.Out, previewTable(opts.Preview))
		}
		if err != nil {
			return err
		}
		row := importedOf(path, kind, result, time.Since(began))
		row.DryRun, row.FirstRows = true, previewJSON(opts.Preview)
		checked.Files = append(checked.Files, row)
		if !asJSON {
			fmt.Fprintf(a.Out, "%s: %s, all of them fit; nothing was written\n", path, counted(result.Inserted, "row", "rows"))
		}
		a.warnOf(path, result.Doubts)
	}
	return nil
}

// previewTable returns the first rows as a table: a cell that would be stored as it is stands once, any other as
// read → stored. Columns that are empty in all rows are left out.
func previewTable(p *intake.Preview) string {
	if len(p.Rows) == 0 {
		return ""
	}
	table := [][]string{{""}}
	for _, row := range p.Rows {
		table = append(table, []string{row.Place})
	}
	for i, name := range p.Columns {
		column := []string{name}
		some := false
		for _, row := range p.Rows {
			cell := previewCell(row.Read[i], row.Stored[i])
			some = some || cell != ""
			column = append(column, cell)
		}
		for n := range table {
			if some {
				table[n] = append(table[n], column[n])
			}
		}
	}
	return indented(aligned(table))
}

func previewCell(read, stored string) string {
	read, stored = plain(strings.TrimSpace(read)), plain(stored)
	if read == stored {
		return stored
	}
	if read == "" {
		read = `""`
	}
	return read + " → " + stored
}

// indented returns lines as a text, each two spaces from the edge.
func indented(lines []string) string {
	var s strings.Builder
	for _, line := range lines {
		s.WriteString("  " + line + "\n")
	}
	return s.String()
}

func previewJSON(p *intake.Preview) []rowJSON {
	rows := []rowJSON{}
	for _, row := range p.Rows {
		j := rowJSON{Place: row.Place, Read: map[string]string{}, Stored: map[string]string{}}
		for i, name := range p.Columns {
			j.Read[name], j.Stored[name] = row.Read[i], row.Stored[i]
		}
		rows = append(rows, j)
	}
	return rows
}
