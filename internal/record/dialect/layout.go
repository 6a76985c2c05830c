package dialect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"macrowatch/internal/desk"
)

// layout says which cell of a record belongs to which column.
type layout struct {
	from  []origin
	wide  []instrument // the instruments of a wide file; nil for a file with a row for each price
	width int          // how many cells the header has
	used  int          // how many cells a record has at least
}

// origin says from where the text of a column comes. index is a cell, or -1.
type origin struct {
	index    int
	name     string // the column of the file
	constant string // of all rows, if index is -1
	join     []int  // more cells that are joined with spaces; they are days
}

// instrument is a column of a wide file.
type instrument struct {
	index        int
	name, column string
}

// fold makes names that differ only in case, blanks and signs equal.
func fold(name string) string {
	words := strings.FieldsFunc(strings.ToLower(norm.NFC.String(name)), func(r rune) bool {
		return r == ' ' || r == '_' || r == '-' || r == '.' || r == '\u00a0' || r == '\t' || r == '\n' || r == '\r'
	})
	return strings.Join(words, "_")
}

// headerIndex returns where a header has a name. Names that are spelled alike come first. It returns -2 if two columns
// have it.
func headerIndex(header []string, name string) int {
	for _, same := range []func(string) bool{
		func(h string) bool { return strings.TrimSpace(h) == strings.TrimSpace(name) },
		func(h string) bool { return fold(h) != "" && fold(h) == fold(name) },
	} {
		found := -1
		for i, h := range header {
			if same(h) {
				if found >= 0 {
					return -2
				}
				found = i
			}
		}
		if found >= 0 {
			return found
		}
	}
	return -1
}

// position returns the index that #3 means, or -1.
func position(name string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(name, "#"))
	if err != nil || !strings.HasPrefix(name, "#") || n < 1 {
		return -1
	}
	return n - 1
}

// byPosition reports whether --columns names all columns by their position, so that a file needs no header.
func (o Options) byPosition() bool {
	return len(o.Columns) > 0 && !slices.ContainsFunc(o.Columns, func(p Pair) bool { return position(p.Value) < 0 })
}

// resolver finds the columns of a file in its header.
type resolver struct {
	title   string
	columns []Column
	header  []string
	options Options
	line    int64 // of the header
	joined  []int // columns that are read as a part of the instrument's name
}

func (r resolver) fault(name, problem string) error {
	b := desk.BadRow{Line: r.line, Problem: "header: " + problem}
	if name != "" {
		b.Column, b.Value, b.Problem = "header", name, problem
	}
	return &desk.BadRowsError{Rows: []desk.BadRow{b}}
}

// resolve returns the layout of a file with a row for each row of the record.
func (r resolver) resolve(f *Findings) (layout, error) {
	l := layout{from: make([]origin, len(r.columns)), width: len(r.header)}
	for i := range l.from {
		l.from[i] = origin{index: -1, name: r.columns[i].Name}
	}
	taken := map[int]bool{}
	for _, p := range r.options.Set {
		l.from[indexOf(r.columns, p.Name)].constant = p.Value
	}
	for _, p := range r.options.Columns {
		i := indexOf(r.columns, p.Name)
		if i < 0 {
			return l, optionError("--columns %s=…: %q is not a column; the columns are %s", p.Name, p.Name, namesOf(r.columns))
		}
		at, err := r.named(p.Name, p.Value)
		if err != nil {
			return l, err
		}
		l.from[i] = origin{index: at, name: r.nameAt(at)}
		taken[at] = true
	}
	for at, name := range r.header {
		i := indexOf(r.columns, strings.TrimSpace(name))
		if i < 0 || taken[at] || l.from[i].constant != "" {
			continue
		}
		if other := l.from[i].index; other >= 0 {
			if taken[other] {
				continue // --columns has chosen another one
			}
			return l, r.fault(name, "a second column for "+r.columns[i].Name)
		}
		l.from[i] = origin{index: at, name: r.nameAt(at)}
	}
	return l, r.complete(&l, f)
}

// complete refuses a header that lacks a column or has one that nobody reads, and notes what is read.
func (r resolver) complete(l *layout, f *Findings) error {
	lenient := len(r.options.Columns) > 0 || r.options.Preset != ""
	read := map[int]bool{}
	for i, o := range l.from {
		if o.index >= 0 {
			read[o.index] = true
			l.used = max(l.used, o.index+1)
			f.Columns = append(f.Columns, Mapped{r.columns[i].Name, o.name})
		}
	}
	for at, name := range r.header {
		name = strings.TrimSpace(name)
		switch {
		case read[at], slices.Contains(r.joined, at):
		case name == "" && !lenient: // a separator at the end of the line; a cell that is not empty is refused later
		case !lenient && len(f.Columns) == 0:
			return r.fault(name, fmt.Sprintf("not a column of %s; allowed are %s, separated by commas. --columns says which column of the file is which%s", r.title, namesOf(r.columns), r.otherFlags()))
		case !lenient && r.looksWide(l):
			return r.fault(name, fmt.Sprintf("not a column of %s; --wide reads a file that has a column for each instrument", r.title))
		case !lenient:
			return r.fault(name, fmt.Sprintf("not a column of %s; allowed are %s. With --columns, columns that are not named are not read", r.title, namesOf(r.columns)))
		case name == "":
			f.Unused = append(f.Unused, "column "+strconv.Itoa(at+1))
		default:
			f.Unused = append(f.Unused, name)
		}
	}
	for i, c := range r.columns {
		if !c.Required || l.from[i].index >= 0 || l.from[i].constant != "" {
			continue
		}
		hint := ""
		if c.Type == Text {
			hint = fmt.Sprintf("; --set %s=… gives all rows one, --columns %s=… names the column that has it", c.Name, c.Name)
		} else {
			hint = fmt.Sprintf("; --columns %s=… names the column that has it", c.Name)
			if c.Type == Price {
				hint += ", and --wide reads a file that has a column for each instrument"
			}
		}
		return r.fault(namesOf(r.columns[i:i+1]), "this column is missing"+hint)
	}
	return nil
}

// otherFlags names the flags that may read a file of prices whose header has no known column.
func (r resolver) otherFlags() string {
	if !slices.ContainsFunc(r.columns, func(c Column) bool { return c.Type == Price }) {
		return ""
	}
	return ", --wide that each column is an instrument, and --preset which source wrote the file"
}

// looksWide reports whether a header has the days of prices, but neither the instruments nor the prices.
func (r resolver) looksWide(l *layout) bool {
	prices := false
	for i, c := range r.columns {
		found := l.from[i].index >= 0 || l.from[i].constant != ""
		if c.Required && found != (c.Type == Day) {
			return false
		}
		prices = prices || c.Type == Price
	}
	return prices
}

// named returns the index of a column that an option names.
func (r resolver) named(column, name string) (int, error) {
	if at := position(name); at >= 0 && headerIndex(r.header, name) < 0 {
		if at >= len(r.header) {
			return 0, r.fault("", fmt.Sprintf("--columns %s=%s: the file has %d columns", column, name, len(r.header)))
		}
		return at, nil
	}
	switch at := headerIndex(r.header, name); at {
	case -1:
		return 0, r.fault("", fmt.Sprintf("--columns %s=%s: the file has no such column; it has %s", column, name, listed(r.header)))
	case -2:
		return 0, r.fault("", fmt.Sprintf("--columns %s=%s: the file has two such columns; name one by its position, such as #%d", column, name, len(r.header)))
	default:
		return at, nil
	}
}

func (r resolver) nameAt(at int) string {
	if name := strings.TrimSpace(r.header[at]); name != "" {
		return name
	}
	return "column " + strconv.Itoa(at+1)
}

// listed lists the columns of a file for a sentence.
func listed(header []string) string {
	var names []string
	for _, name := range header[:min(len(header), 12)] {
		names = append(names, strconv.Quote(strings.TrimSpace(name)))
	}
	text := strings.Join(names, ", ")
	if more := len(header) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
