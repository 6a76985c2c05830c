package dialect

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"macrowatch/internal/desk"
)

// Type says what the cells of a column hold.
type Type int

// The types of columns. They decide what a percent sign means and how a cell is converted.
const (
	Text    Type = iota // taken as it is
	Number              // a number; a percent sign is refused
	Share               // a number from 0 to 1: 70% is 0.7
	Percent             // a number in percent: 2.5% is 2.5
	Price               // a number; with a percent sign only where Options.PercentPrices allows it
	Day                 // a day
	Time                // an instant
)

func (t Type) numeric() bool { return t >= Number && t <= Price }

// Column is a column that the reader of a file wants.
type Column struct {
	Name     string
	Aliases  []string // other names for it
	Required bool
	Type     Type
}

// Pair is one NAME=VALUE of an option.
type Pair struct{ Name, Value string }

// Options say how a file is written. The zero value concludes everything from the file.
type Options struct {
	Encoding  string   // one of Encodings
	Separator string   // one of Separators, or any other character
	Decimal   string   // "point" or "comma"
	DateOrder string   // "dmy", "mdy" or "ymd"
	Epoch     string   // "s", "ms", "us" or "ns": the unit of times that are written as a number
	Missing   []string // words for a missing value, in every column; nil means MissingWords, in all columns but texts
	Columns   []Pair   // wanted column = column of the file; of a wide file also instrument = column of the file
	Set       []Pair   // wanted column = its value in all rows
	Wide      bool     // each column of the file is an instrument
	Preset    string   // one of Presets
	// PercentPrices says that a price may have a percent sign, which is then left out.
	PercentPrices bool
}

// Given reports whether any option is given.
func (o Options) Given() bool {
	return o.Encoding != "" || o.Separator != "" || o.Decimal != "" || o.DateOrder != "" || o.Epoch != "" || o.Missing != nil ||
		len(o.Columns) > 0 || len(o.Set) > 0 || o.Wide || o.Preset != ""
}

// The values of the options that take one of a few words.
var (
	decimals   = []string{"point", "comma"}
	dateOrders = []string{"dmy", "mdy", "ymd"}
	epochs     = []string{"s", "ms", "us", "ns"}
)

// Decimals returns the values of Options.Decimal.
func Decimals() []string { return slices.Clone(decimals) }

// DateOrders returns the values of Options.DateOrder.
func DateOrders() []string { return slices.Clone(dateOrders) }

// Epochs returns the values of Options.Epoch.
func Epochs() []string { return slices.Clone(epochs) }

// MissingWords are the words that mean a missing value where Options.Missing names none. Case does not matter.
func MissingWords() []string {
	return []string{".", "-", "--", "na", "n/a", "#n/a", "#n/d", "n/d", "n.d.", "nd", "null", "none", "nan", "<na>", "nat"}
}

// RowError is a row that can't be read. The rows after it can.
type RowError struct{ Fault desk.BadRow }

func (e *RowError) Error() string { return e.Fault.String() }

// Reader returns the rows of a file.
type Reader struct {
	columns []Column
	members []*member
	current int
	rows    *rows
}

// Open reads a whole file and concludes how it is written. Faults come as a *desk.BadRowsError, and options that no
// file can be read with as an *OptionError. title names what the file has: prices, signals. The caller closes the Reader.
func Open(r io.Reader, title string, columns []Column, o Options) (*Reader, error) {
	if err := o.Check(columns); err != nil {
		return nil, err
	}
	members, err := unpack(r)
	opened := &Reader{columns: columns, members: members}
	if err != nil {
		opened.Close()
		return nil, err
	}
	var lines int64
	for _, m := range members {
		if err := m.conclude(title, columns, o); err != nil {
			opened.Close()
			var bad *desk.BadRowsError
			if errors.As(err, &bad) && len(members) > 1 {
				for i := range bad.Rows {
					bad.Rows[i].Member = m.name
				}
			}
			return nil, err
		}
		m.before = lines
		lines += m.lines + 1
	}
	return opened, nil
}

// Close removes the copies of the file.
func (r *Reader) Close() {
	for _, m := range r.members {
		m.close()
	}
}

// Next returns the texts of the next row in the order of the columns, which are valid until the next call. A missing
// value is "". The line is counted through all members of an archive; Place gives the line within one. A *RowError
// means that this row can't be read. io.EOF is the end.
func (r *Reader) Next() (line int64, texts []string, err error) {
	for r.current < len(r.members) {
		m := r.members[r.current]
		if r.rows == nil {
			if r.rows, err = m.open(r.columns); err != nil {
				return 0, nil, err
			}
		}
		line, texts, err := r.rows.next()
		var row *RowError
		switch {
		case errors.Is(err, io.EOF):
			m.findings.LeftOut = r.rows.leftOut
			r.rows, r.current = nil, r.current+1
			continue
		case errors.As(err, &row):
			row.Fault.Line += m.before
		}
		return line + m.before, texts, err
	}
	return 0, nil, io.EOF
}

// Origin returns the column of the file from which the text of a column came in the last row, and what it has there.
func (r *Reader) Origin(column int) (name, value string) {
	if r.rows == nil {
		return r.columns[column].Name, ""
	}
	return r.rows.names[column], r.rows.raws[column]
}

// Place sets the member and the line within it of a fault whose line was counted by Next.
func (r *Reader) Place(b *desk.BadRow) {
	if b.Member != "" {
		return
	}
	b.Problem = otherLine().ReplaceAllStringFunc(b.Problem, func(text string) string {
		var line int64
		if _, err := fmt.Sscanf(text, "from line %d", &line); err != nil {
			return text
		}
		m, line := r.memberOf(line)
		other := desk.BadRow{Line: line, Unit: m.unit(), Member: r.nameOf(m)}
		return "from " + other.Place()
	})
	m, line := r.memberOf(b.Line)
	b.Line, b.Unit, b.Member = line, m.unit(), r.nameOf(m)
}

func (r *Reader) memberOf(line int64) (*member, int64) {
	found := r.members[0]
	for _, m := range r.members {
		if line > m.before {
			found = m
		}
	}
	return found, line - found.before
}

// nameOf returns the name of a member that a fault must name: "" if there is only one.
func (r *Reader) nameOf(m *member) string {
	if len(r.members) == 1 {
		return ""
	}
	return m.name
}

// Findings says how the file was read. The counts in it are complete once Next has returned io.EOF.
func (r *Reader) Findings() []Findings {
	var all []Findings
	for _, m := range r.members {
		f := m.findings
		f.Member = r.nameOf(m)
		all = append(all, f)
	}
	return all
}

// OptionError is an option that can't be used.
type OptionError struct{ Problem string }

func (e *OptionError) Error() string { return e.Problem }

func optionError(format string, values ...any) error {
	return &OptionError{fmt.Sprintf(format, values...)}
}

// Check refuses options that no file can be read with.
func (o Options) Check(columns []Column) error {
	for _, choice := range []struct {
		flag, value string
		allowed     []string
	}{
		{"decimal", o.Decimal, decimals}, {"date-order", o.DateOrder, dateOrders}, {"epoch", o.Epoch, epochs},
		{"encoding", o.Encoding, Encodings()}, {"preset", o.Preset, Presets()},
	} {
		if choice.value != "" && !slices.Contains(choice.allowed, choice.value) {
			return optionError("--%s %q is not one of %s", choice.flag, choice.value, strings.Join(choice.allowed, ", "))
		}
	}
	if _, err := separatorOf(o.Separator); err != nil {
		return err
	}
	price := slices.IndexFunc(columns, func(c Column) bool { return c.Type == Price })
	if (o.Wide || o.Preset != "") && price < 0 {
		flag := "--wide"
		if o.Preset != "" {
			flag = "--preset"
		}
		return optionError("%s is for prices only", flag)
	}
	seen := map[string]string{}
	for _, list := range []struct {
		flag  string
		pairs []Pair
	}{{"columns", o.Columns}, {"set", o.Set}} {
		for _, p := range list.pairs {
			i := indexOf(columns, p.Name)
			switch {
			case p.Name == "" || p.Value == "":
				return optionError("--%s %q has no name or no value; write it as %s=VALUE", list.flag, p.Name+"="+p.Value, columns[0].Name)
			case i < 0 && (list.flag == "set" || !o.wide()):
				return optionError("--%s %s=…: %q is not a column; the columns are %s", list.flag, p.Name, p.Name, namesOf(columns))
			}
			name := p.Name
			if i >= 0 {
				name = columns[i].Name
			}
			if other, twice := seen[name]; twice {
				return optionError("%s is given twice, by --%s and --%s", name, other, list.flag)
			}
			seen[name] = list.flag
		}
	}
	return nil
}

// wide reports whether --columns may name instruments.
func (o Options) wide() bool { return o.Wide || o.Preset == "fred" }

func indexOf(columns []Column, name string) int {
	folded := fold(name)
	return slices.IndexFunc(columns, func(c Column) bool {
		return folded != "" && (fold(c.Name) == folded || slices.ContainsFunc(c.Aliases, func(a string) bool { return fold(a) == folded }))
	})
}

// namesOf lists columns for a sentence.
func namesOf(columns []Column) string {
	var names []string
	for _, c := range columns {
		name := c.Name
		if len(c.Aliases) > 0 {
			name += " (or " + c.Aliases[0] + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
