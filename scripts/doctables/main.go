// Doctables writes the tables of docs/ that follow from the code: the settings, the panels of the dashboards, and what
// the viewer supports. The text around a table is written by hand.
package main

import (
	"fmt"
	"os"
	"strings"
)

// table is a generated table and the document that has it.
type table struct {
	document string
	name     string // stands in the lines around the table
	write    func() (string, error)
}

// tables are all generated tables.
func tables() []table {
	return []table{
		{"docs/configuration.md", "settings", settings},
		{"docs/numbers.md", "panels", numbers},
		{"docs/grafana-support.md", "panels", supportedPanels},
		{"docs/grafana-support.md", "transformations", supportedTransformations},
	}
}

func main() {
	for _, t := range tables() {
		if err := t.update(); err != nil {
			fmt.Fprintln(os.Stderr, "doctables:", err)
			os.Exit(1)
		}
	}
}

// update writes the table into its document. It leaves the file alone if nothing changes, so that the file keeps its
// time.
func (t table) update() error {
	raw, err := os.ReadFile(t.document)
	if err != nil {
		return err
	}
	updated, err := t.in(string(raw))
	if err != nil || updated == string(raw) {
		return err
	}
	return os.WriteFile(t.document, []byte(updated), 0o644)
}

// in returns the text of the document with the table as it is today.
func (t table) in(text string) (string, error) {
	begin := fmt.Sprintf("<!-- The table of %s begins here. make generate writes it. -->\n", t.name)
	end := fmt.Sprintf("<!-- The table of %s ends here. -->\n", t.name)
	before, rest, found := strings.Cut(text, begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return "", fmt.Errorf("%s lacks the lines %q and %q", t.document, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	written, err := t.write()
	if err != nil {
		return "", fmt.Errorf("the table of %s in %s: %w", t.name, t.document, err)
	}
	return before + begin + "\n" + written + "\n" + end + after, nil
}

// row is a row of a Markdown table.
func row(cells ...string) string {
	escaped := make([]string, len(cells))
	for i, cell := range cells {
		escaped[i] = strings.NewReplacer("|", `\|`, "\n", "<br>").Replace(cell)
	}
	return "| " + strings.Join(escaped, " | ") + " |\n"
}
