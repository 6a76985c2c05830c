package main

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// The drawing is between these two lines of CONTRIBUTING.md.
const (
	begin = "<!-- The drawing of the packages begins here. make generate writes it. -->\n"
	end   = "<!-- The drawing of the packages ends here. -->\n"
)

// part gives the part of macrowatch that a package belongs to, "viewer" for internal/viewer/panel/chart for example.
func part(folder string) string {
	if below, ok := strings.CutPrefix(folder, "internal/"); ok {
		first, _, _ := strings.Cut(below, "/")
		return first
	}
	return folder
}

// drawn reports whether a package is in the drawing. One that only tests or tools use is not.
func drawn(folder string) bool {
	return part(folder) != "testkit" && !strings.HasPrefix(folder, "scripts/")
}

// drawing is the text between the two lines. It shows the parts and their imports, and then the packages of each part
// that has more than one.
func drawing(packages packageMap) string {
	parts := map[string][]string{}
	members := map[string]packageMap{}
	for _, folder := range slices.Sorted(maps.Keys(packages)) {
		if !drawn(folder) {
			continue
		}
		p := part(folder)
		if members[p] == nil {
			members[p] = packageMap{}
		}
		members[p][folder] = []string{}
		for _, to := range packages[folder] {
			if part(to) == p {
				members[p][folder] = append(members[p][folder], to)
			} else if !slices.Contains(parts[p], part(to)) {
				parts[p] = append(parts[p], part(to))
			}
		}
	}
	var b strings.Builder
	b.WriteString("\nThe parts. An arrow is an import. A → C is left out where A → B → C is drawn.\n\n")
	b.WriteString(mermaid(parts, func(name string) string { return name }))
	for _, p := range slices.Sorted(maps.Keys(members)) {
		if len(members[p]) < 2 {
			continue
		}
		fmt.Fprintf(&b, "\nInside `%s`:\n\n", p)
		b.WriteString(mermaid(members[p], func(folder string) string {
			if path.Base(folder) == p {
				return p
			}
			return strings.TrimPrefix(folder, "internal/"+p+"/")
		}))
	}
	b.WriteString("\n")
	return b.String()
}

// mermaid writes a graph in the language Mermaid, which GitHub shows as a picture.
func mermaid(graph map[string][]string, name func(string) string) string {
	nodes := map[string]bool{}
	for from, imports := range graph {
		nodes[from] = true
		for _, to := range imports {
			nodes[to] = true
		}
	}
	id := func(node string) string { return strings.ReplaceAll(name(node), "/", "_") }
	var b strings.Builder
	b.WriteString("```mermaid\ngraph TD\n")
	for _, node := range slices.Sorted(maps.Keys(nodes)) {
		fmt.Fprintf(&b, "  %s[%q]\n", id(node), name(node))
	}
	for _, from := range slices.Sorted(maps.Keys(graph)) {
		for _, to := range slices.Sorted(slices.Values(graph[from])) {
			if !implied(graph, from, to) {
				fmt.Fprintf(&b, "  %s --> %s\n", id(from), id(to))
			}
		}
	}
	b.WriteString("```\n")
	return b.String()
}

// implied reports whether a longer way leads from one node to another than the arrow between them.
func implied(graph map[string][]string, from, to string) bool {
	for _, next := range graph[from] {
		if next != to && reaches(graph, next, to, map[string]bool{from: true}) {
			return true
		}
	}
	return false
}

// reaches reports whether some way leads from one node to another. It does not go through the nodes in seen.
func reaches(graph map[string][]string, from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(graph[from], func(next string) bool { return reaches(graph, next, to, seen) })
}

// updateFile writes the drawing into CONTRIBUTING.md. If nothing changes, it leaves the file and its time alone.
func updateFile(root, text string) error {
	name := filepath.Join(root, "CONTRIBUTING.md")
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	updated, err := replaced(string(raw), text)
	if err != nil || updated == string(raw) {
		return err
	}
	return os.WriteFile(name, []byte(updated), 0o644)
}

// replaced gives a document with a new text between the two lines.
func replaced(document, text string) (string, error) {
	before, rest, found := strings.Cut(document, begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return "", fmt.Errorf("CONTRIBUTING.md lacks the lines %q and %q", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return before + begin + text + end + after, nil
}
