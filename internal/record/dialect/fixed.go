package dialect

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"macrowatch/internal/desk"
)

// cotahistBegins is how B3's file of historical quotes begins.
const cotahistBegins = "00COTAHIST"

// cotahistFields are the fields of a quote, with the characters on which they begin and end, counted from 1, as B3's
// layout names them. The market and the factor of a quotation are read too (cotahistSource), but are no values of a row.
var cotahistFields = []struct {
	name      string
	from, to  int
	twoPlaces bool // a price: its last two digits are decimals
}{
	{"DATA", 3, 10, false}, {"CODNEG", 13, 24, false}, {"PREABE", 57, 69, true}, {"PREMAX", 70, 82, true},
	{"PREMIN", 83, 95, true}, {"PREMED", 96, 108, true}, {"PREULT", 109, 121, true},
}

const (
	cotahistLength = 245
	spotMarket     = "010"
)

// cotahistSource reads B3's COTAHIST: lines of a fixed width. It leaves out other markets than the spot market, where
// one code can stand for several contracts of a day.
type cotahistSource struct {
	text    *bufio.Reader
	line    int64
	skipped *int64
}

// cotahistHeader returns the names of the fields.
func cotahistHeader() []string {
	var names []string
	for _, f := range cotahistFields {
		names = append(names, f.name)
	}
	return names
}

func (c *cotahistSource) next() (record, error) {
	for {
		text, err := readLine(c.text)
		if errors.Is(err, errTooLong) || err != nil && (text == "" || !errors.Is(err, io.EOF)) {
			return record{}, err
		}
		c.line++
		runes := []rune(strings.TrimRight(text, "\r\n"))
		switch {
		case len(runes) == 0, string(runes[:min(2, len(runes))]) == "00", string(runes[:min(2, len(runes))]) == "99":
			continue
		case len(runes) != cotahistLength || runes[0] != '0' || runes[1] != '1':
			return record{}, &RowError{desk.BadRow{Line: c.line, Problem: "not a quote of COTAHIST: expected are 245 characters that begin with 01"}}
		case string(runes[24:27]) != spotMarket:
			*c.skipped++
			continue
		}
		return record{line: c.line, cells: cotahistCells(runes)}, nil
	}
}

// cotahistCells returns the fields of a quote. Prices are those of one share: B3 quotes some papers by lots of FATCOT.
func cotahistCells(runes []rune) []string {
	field := func(from, to int) string { return strings.TrimSpace(string(runes[from-1 : to])) }
	factor := strings.TrimLeft(field(211, 217), "0")
	var cells []string
	for _, f := range cotahistFields {
		text := field(f.from, f.to)
		if f.twoPlaces {
			digits := strings.TrimLeft(text, "0")
			places := 2 + len(factor) - 1
			switch {
			case digits == "":
				text = "" // no price
			case strings.Trim(text, "0123456789") != "" || strings.Trim(factor, "0") != "1":
				text += " of " + factor // refused as no number
			default:
				text = shifted(digits, "", -places)
			}
		}
		cells = append(cells, text)
	}
	return cells
}
