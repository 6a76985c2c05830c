package dialect_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"macrowatch/internal/record/dialect"
	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
)

// prices are the columns of prices, and signals those of signals.
func prices() []dialect.Column {
	return []dialect.Column{
		{Name: "instrument", Required: true},
		{Name: "price_date", Aliases: []string{"date"}, Required: true, Type: dialect.Day},
		{Name: "price", Aliases: []string{"value"}, Required: true, Type: dialect.Price},
	}
}

func signals() []dialect.Column {
	return []dialect.Column{
		{Name: "strategy_id", Required: true}, {Name: "instrument", Required: true}, {Name: "direction", Required: true},
		{Name: "confidence", Required: true, Type: dialect.Share}, {Name: "generated_at", Required: true, Type: dialect.Time},
	}
}

// pairs returns the pairs of an option.
func pairs(list ...string) []dialect.Pair {
	var all []dialect.Pair
	for _, p := range list {
		name, value, _ := strings.Cut(p, "=")
		all = append(all, dialect.Pair{Name: name, Value: value})
	}
	return all
}

// read returns the rows of a file, one a line with their place, and faults of rows in angle brackets.
func read(file string, columns []dialect.Column, o dialect.Options) (rows string, findings []dialect.Findings, err error) {
	title := "prices"
	if columns[0].Name == "strategy_id" {
		title = "signals"
	}
	r, err := dialect.Open(strings.NewReader(file), title, columns, o)
	if err != nil {
		return "", nil, err
	}
	defer r.Close()
	var text strings.Builder
	for {
		line, texts, err := r.Next()
		var row *dialect.RowError
		switch {
		case errors.Is(err, io.EOF):
			return strings.TrimSuffix(text.String(), "\n"), r.Findings(), nil
		case errors.As(err, &row):
			r.Place(&row.Fault)
			fmt.Fprintf(&text, "<%s>\n", row.Fault)
		case err != nil:
			return text.String(), nil, err
		default:
			fmt.Fprintf(&text, "%d %s\n", line, strings.Join(texts, " "))
		}
	}
}

// readCase is a file, how it is read, and what comes out: its rows, or a part of its error.
type readCase struct {
	name, file string
	options    dialect.Options
	want       string
	found      string // a part of the findings
}

func (c readCase) test(t *testing.T, columns []dialect.Column) {
	t.Helper()
	rows, findings, err := read(c.file, columns, c.options)
	if err != nil {
		rows = err.Error()
		if !strings.Contains(rows, c.want) {
			t.Errorf("%q:\n%s\nwant\n%s", c.file, rows, c.want)
		}
		return
	}
	if rows != c.want {
		t.Errorf("%q:\n%s\nwant\n%s", c.file, rows, c.want)
	}
	if said := fmt.Sprint(findings); !strings.Contains(said, c.found) {
		t.Errorf("%q was read as %s, want %s", c.file, said, c.found)
	}
}

// asOption reports whether an error is of an option.
func asOption(err error, option **dialect.OptionError) bool { return errors.As(err, option) }

// utf16Little returns a text in UTF-16 with a byte order mark.
func utf16Little(text string) (string, error) {
	return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
}
