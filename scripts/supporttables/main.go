// Supporttables writes into docs/grafana-support.md the tables of the panels and of the transformations that the viewer
// supports. Each panel kind and each transformation has its own line in its package.
package main

import (
	"fmt"
	"os"
	"strings"

	"macrowatch/internal/viewer/panel/kinds"
	"macrowatch/internal/viewer/transform"
)

const document = "docs/grafana-support.md"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "supporttables:", err)
		os.Exit(1)
	}
}

// run updates the document. It leaves the file alone if nothing changes, so that the file keeps its time.
func run() error {
	raw, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	updated, err := withTables(string(raw))
	if err != nil || updated == string(raw) {
		return err
	}
	return os.WriteFile(document, []byte(updated), 0o644)
}

// withTables is a document with the tables as they are today.
func withTables(text string) (string, error) {
	for name, table := range map[string]string{"panels": panels(), "transformations": transformations()} {
		begin := fmt.Sprintf("<!-- The table of %s begins here. make generate writes it. -->\n", name)
		end := fmt.Sprintf("<!-- The table of %s ends here. -->\n", name)
		before, rest, found := strings.Cut(text, begin)
		_, after, ended := strings.Cut(rest, end)
		if !found || !ended {
			return "", fmt.Errorf("%s lacks the lines %q and %q", document, strings.TrimSpace(begin), strings.TrimSpace(end))
		}
		text = before + begin + "\n" + table + "\n" + end + after
	}
	return text, nil
}

func panels() string {
	var b strings.Builder
	b.WriteString("| kind | supported |\n| --- | --- |\n")
	for _, k := range kinds.All() {
		fmt.Fprintf(&b, "| %s | %s |\n", k.Type, k.Supports)
	}
	b.WriteString("| others | the panel says that its kind is not supported |\n")
	return b.String()
}

func transformations() string {
	var b strings.Builder
	b.WriteString("| transformation | supported |\n| --- | --- |\n")
	for _, t := range transform.All() {
		fmt.Fprintf(&b, "| %s | %s |\n", t.ID, t.Supports)
	}
	b.WriteString("| others | the panel says that the transformation is not supported, and draws nothing |\n")
	return b.String()
}
