package dialect

import (
	"fmt"
	"slices"
	"strings"
)

// resolveWide returns the layout of a file that has a column for each instrument.
func (r resolver) resolveWide(f *Findings) (layout, error) {
	l := layout{from: make([]origin, len(r.columns)), width: len(r.header)}
	for i := range l.from {
		l.from[i] = origin{index: -1, name: r.columns[i].Name}
	}
	day := slices.IndexFunc(r.columns, func(c Column) bool { return c.Type == Day })
	at, err := r.dayColumn(day)
	if err != nil {
		return l, err
	}
	l.from[day] = origin{index: at, name: r.nameAt(at)}
	f.Columns = append(f.Columns, Mapped{r.columns[day].Name, r.nameAt(at)})
	if l.wide, err = r.instruments(at, f); err != nil {
		return l, err
	}
	if len(l.wide) == 0 {
		return l, r.fault("", "--wide: there is no column beside that of the days")
	}
	l.used = at + 1
	for _, i := range l.wide {
		l.used = max(l.used, i.index+1)
		f.Columns = append(f.Columns, Mapped{i.name, i.column})
	}
	return l, nil
}

// dayColumn returns the column of the days: the one that --columns names, else the one that is called so, else the
// first if it has no name, as the index of pandas has none.
func (r resolver) dayColumn(day int) (int, error) {
	for _, p := range r.options.Columns {
		if indexOf(r.columns, p.Name) == day {
			return r.named(p.Name, p.Value)
		}
	}
	for at, name := range r.header {
		if indexOf(r.columns, strings.TrimSpace(name)) == day {
			return at, nil
		}
	}
	if len(r.header) > 0 && strings.TrimSpace(r.header[0]) == "" {
		return 0, nil
	}
	return 0, r.fault("", fmt.Sprintf("--wide: no column is called %s; --columns %s=… names the column of the days. The file has %s",
		namesOf(r.columns[day:day+1]), r.columns[day].Name, listed(r.header)))
}

// instruments returns the columns of prices: those that --columns names, or all beside the column of the days.
func (r resolver) instruments(day int, f *Findings) ([]instrument, error) {
	var chosen []instrument
	for _, p := range r.options.Columns {
		switch i := indexOf(r.columns, p.Name); {
		case i < 0:
			at, err := r.named(p.Name, p.Value)
			if err != nil {
				return nil, err
			}
			chosen = append(chosen, instrument{at, p.Name, r.nameAt(at)})
		case r.columns[i].Type != Day:
			return nil, optionError("--columns %s=…: in a wide file the columns are instruments: write INSTRUMENT=COLUMN", p.Name)
		}
	}
	for at, name := range r.header {
		name = strings.TrimSpace(name)
		if at == day || slices.ContainsFunc(chosen, func(i instrument) bool { return i.index == at }) || name == "" {
			continue
		}
		if len(chosen) > 0 && r.namesInstruments() {
			f.Unused = append(f.Unused, name)
			continue
		}
		if slices.ContainsFunc(chosen, func(i instrument) bool { return i.name == name }) {
			return nil, r.fault(name, "a second column for the instrument "+name+"; --columns INSTRUMENT=#NUMBER chooses one")
		}
		chosen = append(chosen, instrument{at, name, name})
	}
	for _, p := range r.options.Set {
		if r.columns[indexOf(r.columns, p.Name)].Type != Text {
			return nil, optionError("--set %s=…: a wide file has the days and the prices itself", p.Name)
		}
		if len(chosen) != 1 {
			return nil, r.fault("", fmt.Sprintf("--set %s=%s: the file has %d instruments (%s); --columns %s=… names one of them", p.Name, p.Value, len(chosen), listed(columnsOf(chosen)), p.Value))
		}
		chosen[0].name = p.Value
	}
	return chosen, nil
}

func columnsOf(instruments []instrument) []string {
	var names []string
	for _, i := range instruments {
		names = append(names, i.column)
	}
	return names
}

// namesInstruments reports whether --columns names instruments, so that the other columns are not read.
func (r resolver) namesInstruments() bool {
	return slices.ContainsFunc(r.options.Columns, func(p Pair) bool { return indexOf(r.columns, p.Name) < 0 })
}

// manyHeaders recognizes a header of several rows, as pandas writes one for columns of two levels: a row of fields
// (Close, High), a row of instruments, and often a row that names only the column of the days. It returns the two rows
// and how many rows the header has; 0 means that it is no such header.
func manyHeaders(first [][]string) (fields, tickers []string, rows int) {
	if len(first) < 2 || len(first[0]) < 2 || len(first[0]) != len(first[1]) {
		return nil, nil, 0
	}
	a, b := fold(first[0][0]), fold(first[1][0])
	isDays := func(cells []string) bool {
		name := fold(cells[0])
		return (name == "date" || name == "datetime") && strings.Join(cells[1:], "") == ""
	}
	hasThird := len(first) > 2 && len(first[2]) > 0 && isDays(first[2])
	known := func(name string) bool {
		return name == "price" || name == "ticker" || name == "attributes" || name == "symbols"
	}
	if !(known(a) && known(b)) && !(a == "" && b == "" && hasThird) {
		return nil, nil, 0
	}
	rows = 2
	if hasThird {
		rows = 3
	}
	if a == "ticker" || a == "symbols" || a == "" && headerIndex(first[0], "Close") == -1 && hasField(first[1]) {
		return first[1], first[0], rows
	}
	return first[0], first[1], rows
}

func hasField(cells []string) bool {
	return slices.ContainsFunc(cells, func(c string) bool { return c == "Close" || c == "Adj Close" })
}

// resolveFields turns a header of several rows into that of a wide file: the columns of the field that is wanted, named
// by their instruments.
func (r resolver) resolveFields(fields, tickers []string, f *Findings) (layout, error) {
	price := slices.IndexFunc(r.columns, func(c Column) bool { return c.Type == Price })
	want := ""
	rest := r
	rest.options.Columns = nil
	for _, p := range r.options.Columns {
		switch i := indexOf(r.columns, p.Name); {
		case i == price:
			want = p.Value
		case i < 0 || r.columns[i].Type != Day:
			rest.options.Columns = append(rest.options.Columns, p)
		}
	}
	var kinds []string
	for _, name := range fields[1:] {
		if !slices.Contains(kinds, name) {
			kinds = append(kinds, name)
		}
	}
	if want == "" && len(kinds) == 1 {
		want = kinds[0]
	}
	if want == "" {
		return layout{}, r.fault("", fmt.Sprintf("which of %s is the price? --columns price=Close takes that one", listed(kinds)))
	}
	if !slices.ContainsFunc(kinds, func(k string) bool { return fold(k) == fold(want) }) {
		return layout{}, r.fault("", fmt.Sprintf("--columns price=%s: the file has no such column; it has %s", want, listed(kinds)))
	}
	rest.header = make([]string, len(fields))
	rest.header[0] = "date"
	for at := range fields {
		if at > 0 && fold(fields[at]) == fold(want) {
			rest.header[at] = tickers[at]
		}
	}
	l, err := rest.resolveWide(f)
	for _, kind := range kinds {
		if fold(kind) != fold(want) {
			f.Unused = append(f.Unused, kind)
		}
	}
	return l, err
}
