package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/desk"
)

// kind is a kind of file: a rowKind of any type of row.
type kind interface {
	title() string
	fields() []column
	importRows(ctx context.Context, to target, from opener) (Result, error)
}

// rowKind is the kind of file whose rows are of type T.
type rowKind[T deskRow] struct {
	name    string
	columns []column
	// parse makes a row of a line's cells. It notes in the cells what is wrong with them. The row is then not
	// used.
	parse func(*cells) T
	// write writes the rows and returns the result of the import.
	write func(ctx context.Context, to target, rows desk.Rows[T]) (Result, error)
}

// opener opens an input, which then gives the rows of a kind.
type opener func(kind string, columns []column) (records, error)

// deskRow is a row that the desk has rules for. They hold for every way into the record.
type deskRow interface{ Validate() error }

// target is where rows go, and how.
type target struct {
	store    Store
	options  Options
	register *desk.Instrument // the kind and quotation with which unknown instruments of prices are added; nil refuses them
}

func (k rowKind[T]) title() string    { return k.name }
func (k rowKind[T]) fields() []column { return k.columns }

func (k rowKind[T]) importRows(ctx context.Context, to target, from opener) (Result, error) {
	records, err := from(k.name, k.columns)
	if err != nil {
		return Result{}, err
	}
	in := newInput(k, records, to.options)
	defer in.close()
	result, err := k.write(ctx, to, in.next)
	if err != nil {
		return Result{}, in.placed(err)
	}
	in.report(&result)
	return result, nil
}

// rowByRow returns the write function of a kind whose rows are written as they are and judged one by one. The
// function `doubts` notes what looks wrong with a row.
func rowByRow[T any](write func(Store, context.Context, desk.Rows[T]) (desk.Counts, error),
	doubts func(d *desk.Doubts, line int64, row T, now time.Time)) func(context.Context, target, desk.Rows[T]) (Result, error) {
	return func(ctx context.Context, to target, rows desk.Rows[T]) (result Result, err error) {
		result.Counts, err = write(to.store, ctx, shownTo(rows, func(line int64, row T) {
			doubts(&result.Doubts, line, row, to.options.Now)
		}))
		return result, err
	}
}

// shownTo returns rows that show themselves to a function as they are read.
func shownTo[T any](rows desk.Rows[T], see func(line int64, row T)) desk.Rows[T] {
	return func() (int64, T, error) {
		line, row, err := rows()
		if err == nil {
			see(line, row)
		}
		return line, row, err
	}
}

// Kinds returns the names of the kinds of file that Import takes.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.title())
	}
	return names
}

// kindNamed returns the kind of a name. Its error is an ErrUsage.
func kindNamed(name string) (kind, error) {
	all := kinds()
	i := slices.IndexFunc(all, func(k kind) bool { return k.title() == name })
	if i < 0 {
		return nil, usageError(fmt.Sprintf("unknown kind %q; known are %s", name, strings.Join(Kinds(), ", ")))
	}
	return all[i], nil
}

// column is a column that a file may have.
type column struct {
	name     string
	alias    string // another name for it, or ""
	required bool   // a file without this column is refused
}

// required returns columns that every file has.
func required(names ...string) []column {
	columns := optional(names...)
	for i := range columns {
		columns[i].required = true
	}
	return columns
}

// optional returns columns that a file may lack.
func optional(names ...string) []column {
	var columns []column
	for _, name := range names {
		columns = append(columns, column{name: name})
	}
	return columns
}

// columnIndex returns the index of the column that a header or a key names, or -1.
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
