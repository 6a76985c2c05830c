package intake

import (
	"errors"
	"io"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/dialect"
)

// dialectRecords are the rows of a file that package dialect reads.
type dialectRecords struct {
	reader  *dialect.Reader
	columns []column
}

// openDialect reads a whole file and concludes how it is written. An option that can't be used is an ErrUsage.
func openDialect(r io.Reader, kind string, columns []column, opts Options) (records, error) {
	o := opts.Dialect
	o.PercentPrices = opts.Register == desk.KindYield && (opts.QuotedIn == "" || opts.QuotedIn == desk.InPercent)
	reader, err := dialect.Open(r, kind, wantedColumns(columns), o)
	var option *dialect.OptionError
	if errors.As(err, &option) {
		return nil, usageError(option.Problem)
	}
	if err != nil {
		return nil, err
	}
	return &dialectRecords{reader, columns}, nil
}

// wantedColumns returns the columns of a kind with the types of their cells.
func wantedColumns(columns []column) []dialect.Column {
	var wanted []dialect.Column
	for _, c := range columns {
		w := dialect.Column{Name: c.name, Required: c.required, Type: factsOf(c.name).cells}
		if c.alias != "" {
			w.Aliases = append(w.Aliases, c.alias)
		}
		if w.Type == dialect.Price {
			w.Aliases = append(w.Aliases, "value")
		}
		wanted = append(wanted, w)
	}
	return wanted
}

func (d *dialectRecords) next() (int64, []string, error) {
	line, texts, err := d.reader.Next()
	var row *dialect.RowError
	if errors.As(err, &row) {
		return 0, nil, &rowError{row.Fault}
	}
	return line, texts, err
}

// asInFile gives a fault the column and the value that the file has. In a file that began in macrowatch's own format,
// it says which flags read a value that is written in another form.
func (f *input[T]) asInFile(fault desk.BadRow) desk.BadRow {
	d, ok := f.records.(*dialectRecords)
	if !ok {
		// A text that came over HTTP has no flags.
		if _, overHTTP := f.records.(*countedRecords); !overHTTP && dialect.Foreign(factsOf(fault.Column).cells, fault.Value) {
			fault.Problem += ". The first rows are in macrowatch's own format; --decimal, --date-order, --epoch or --missing reads the whole file in another"
		}
		return fault
	}
	if i := columnIndex(d.columns, fault.Column); i >= 0 {
		fault.Column, fault.Value = d.reader.Origin(i)
	}
	return fault
}

// placeOf returns where a row stands in the file.
func (f *input[T]) placeOf(line int64) string {
	place := desk.BadRow{Line: line}
	if d, ok := f.records.(*dialectRecords); ok {
		d.reader.Place(&place)
	}
	return place.Place()
}

// asRead returns the cells of the last row as the file has them.
func (f *input[T]) asRead(texts []string) []string {
	d, ok := f.records.(*dialectRecords)
	if !ok {
		return texts
	}
	var read []string
	for i := range texts {
		_, value := d.reader.Origin(i)
		read = append(read, value)
	}
	return read
}

// placed gives the faults of an archive the file and the line in it.
func (f *input[T]) placed(err error) error {
	var bad *BadRowsError
	if d, ok := f.records.(*dialectRecords); ok && errors.As(err, &bad) {
		for i := range bad.Rows {
			d.reader.Place(&bad.Rows[i])
		}
	}
	return err
}

// report adds to a result how the file was read.
func (f *input[T]) report(result *Result) {
	d, ok := f.records.(*dialectRecords)
	if !ok {
		return
	}
	result.Dialect = d.reader.Findings()
	for i := range result.Doubts.Rows {
		doubt := &result.Doubts.Rows[i]
		place := desk.BadRow{Line: doubt.Line}
		d.reader.Place(&place)
		doubt.Line, doubt.Unit, doubt.Member = place.Line, place.Unit, place.Member
	}
}

// close removes what was kept of the file.
func (f *input[T]) close() {
	if d, ok := f.records.(*dialectRecords); ok {
		d.reader.Close()
	}
}

// checkDialect refuses options of a dialect that no file of a kind can be read with. Its errors are ErrUsage.
func checkDialect(columns []column, o dialect.Options) error {
	err := o.Check(wantedColumns(columns))
	var option *dialect.OptionError
	if errors.As(err, &option) {
		return usageError(option.Problem)
	}
	return err
}

// CheckDialect refuses options of a dialect that no file of a kind can be read with. Its errors are ErrUsage.
func CheckDialect(kind string, o dialect.Options) error {
	for _, k := range kinds() {
		if k.title() == kind {
			return checkDialect(k.fields(), o)
		}
	}
	_, err := kindNamed(kind)
	return err
}
