package intake

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"macrowatch/internal/desk"
	"macrowatch/internal/suggest"
)

// cells are the texts of one row, which are read by their columns' names. A missing value is "": so is an
// empty CSV cell, and JSON's null. faults collects what is wrong with them.
type cells struct {
	columns  []column
	location *time.Location
	words    desk.Words
	line     int64
	texts    []string // in the order of columns
	faults   []desk.BadRow
	stored   []string // what the texts were understood as, in the order of columns; nil if nobody asks
}

// understood notes for a preview what a cell means.
func (c *cells) understood(name, text string) {
	if c.stored != nil {
		c.stored[columnIndex(c.columns, name)] = text
	}
}

func (c *cells) raw(name string) string { return c.texts[columnIndex(c.columns, name)] }

// value returns a cell without the blanks around it.
func (c *cells) value(name string) string { return strings.TrimSpace(c.raw(name)) }

func (c *cells) fault(name, problem string) {
	c.faults = append(c.faults, desk.BadRow{Line: c.line, Column: name, Value: c.raw(name), Problem: problem})
}

// noteRuleFault notes an error of the desk's rules for the row, if there is one, at the column that the error
// names.
func (c *cells) noteRuleFault(err error) {
	var fault *desk.Fault
	switch {
	case err == nil:
	case errors.As(err, &fault) && columnIndex(c.columns, fault.Column) >= 0:
		c.faults = append(c.faults, desk.BadRow{Line: c.line, Column: fault.Column, Value: c.value(fault.Column), Problem: fault.Problem})
	default:
		c.faults = append(c.faults, desk.BadRow{Line: c.line, Problem: err.Error()})
	}
}

func (c *cells) bad() bool { return len(c.faults) > 0 }

// optionalText returns a name without the blanks around it, or "". It notes a fault if the name breaks the
// desk's rules for names.
func (c *cells) optionalText(name string) string {
	text := c.value(name)
	if problem := desk.NameProblem(text); problem != "" {
		c.fault(name, problem)
	}
	c.understood(name, text)
	return text
}

// text does the same as optionalText, and notes a fault if there is no value.
func (c *cells) text(name string) string {
	text := c.optionalText(name)
	if text == "" {
		c.fault(name, "missing")
	}
	return text
}

// freeText returns a message as it is, with its line breaks. PostgreSQL takes no NUL character.
func (c *cells) freeText(name string) string {
	text := c.raw(name)
	if !utf8.ValidString(text) {
		c.fault(name, "not valid UTF-8; --encoding says in what else the file is written")
	} else if strings.ContainsRune(text, 0) {
		c.fault(name, "holds a NUL character")
	}
	c.understood(name, text)
	return text
}

// oneOf returns a value that must be one of those allowed, with the same spelling.
func (c *cells) oneOf(name string, allowed ...string) string {
	text := c.value(name)
	if !slices.Contains(allowed, text) {
		if text == "" {
			c.fault(name, "missing; allowed is "+suggest.Listed(allowed, "or"))
		} else {
			c.fault(name, "not "+suggest.Listed(allowed, "or"))
		}
	}
	c.understood(name, text)
	return text
}

// meaning returns the meaning of a word, which may be a word of another tool. The meaning must be one of `allowed`.
func (c *cells) meaning(name string, subject desk.Subject, allowed []string) string {
	text := c.value(name)
	if text == "" {
		c.fault(name, "missing; allowed is "+suggest.Listed(allowed, "or"))
		return ""
	}
	meaning, known := c.words.Read(subject, text)
	switch {
	case !known:
		c.fault(name, "not "+suggest.Listed(allowed, "or")+", and no word that is known for one of them (macrowatch migrate --words-file makes words known)")
	case !slices.Contains(allowed, meaning):
		c.fault(name, "means "+meaning+"; allowed is "+suggest.Listed(allowed, "or"))
	}
	c.understood(name, meaning)
	return meaning
}

// optionalNumber returns a number, and whether there is one. The number must be finite, and the function `ok`
// must return true for it. The text `allowed` says in words which numbers `ok` accepts.
func (c *cells) optionalNumber(name, allowed string, ok func(float64) bool) (float64, bool) {
	text := c.value(name)
	if text == "" {
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	switch {
	case !looksLikeNumber(text) || err != nil && !isRange(err):
		c.fault(name, "not "+allowed+", such as 0.5")
	case math.IsInf(number, 0) || !ok(number):
		c.fault(name, "not "+allowed)
	}
	if c.stored != nil {
		c.understood(name, strconv.FormatFloat(number, 'g', -1, 64))
	}
	return number, true
}

// looksLikeNumber reports whether a text has only the characters of a decimal number. Go's parser also takes others.
func looksLikeNumber(text string) bool {
	for i := range len(text) {
		switch b := text[i]; {
		case b >= '0' && b <= '9', b == '.', b == '-', b == '+', b == 'e', b == 'E':
		default:
			return false
		}
	}
	return true
}

func isRange(err error) bool {
	number, ok := err.(*strconv.NumError)
	return ok && number.Err == strconv.ErrRange
}

func (c *cells) numberOrNil(name, allowed string, ok func(float64) bool) *float64 {
	number, there := c.optionalNumber(name, allowed, ok)
	if !there {
		return nil
	}
	return &number
}

// number returns a finite number, which must be there.
func (c *cells) number(name string) float64 {
	return c.requiredNumber(name, "a finite number", func(float64) bool { return true })
}

// allOrNone returns finite numbers that must be all there or all missing. none reports that they are missing.
func (c *cells) allOrNone(names ...string) (numbers []float64, none bool) {
	none = true
	for _, name := range names {
		none = none && c.value(name) == ""
	}
	numbers = make([]float64, len(names))
	for n, name := range names {
		if !none {
			numbers[n] = c.number(name)
		}
	}
	return numbers, none
}

// requiredNumber does the same as optionalNumber, and notes a fault if there is no value.
func (c *cells) requiredNumber(name, allowed string, ok func(float64) bool) float64 {
	number, there := c.optionalNumber(name, allowed, ok)
	if !there {
		c.fault(name, "missing; allowed is "+allowed+", such as 0.5")
	}
	return number
}
