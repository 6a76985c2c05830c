package intake

import (
	"fmt"
	"slices"
	"strings"
)

// rowKind is one kind of row: its columns, and how a row is made of their cells.
type rowKind[T deskRow] struct {
	name    string
	columns []column
	// parse makes a row. What it finds wrong it notes in the cells; its result is then not used.
	parse func(*cells) T
}

// column is a column that a file may have.
type column struct {
	name     string
	alias    string // another name for it, "" for none
	required bool   // every file has it
}

// Kinds gives the kinds that Import takes.
func Kinds() []string {
	return []string{
		runKind.name, signalKind.name, portfolioKind.name, instrumentKind.name, priceKind.name,
		riskKind.name, stressKind.name, limitKind.name,
	}
}

func checkKind(kind string) error {
	if slices.Contains(Kinds(), kind) {
		return nil
	}
	return usageError(fmt.Sprintf("unknown kind %q; known are %s", kind, strings.Join(Kinds(), ", ")))
}

// columnIndex gives the index of the column that a header or a key names, or -1.
func columnIndex(columns []column, name string) int {
	return slices.IndexFunc(columns, func(c column) bool { return name != "" && (c.name == name || c.alias == name) })
}

// columnNames lists columns for a sentence.
func columnNames(columns []column) string {
	var names []string
	for _, c := range columns {
		name := c.name
		if c.alias != "" {
			name += " (or " + c.alias + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
