package dialect

import (
	"fmt"
	"strings"
)

// place is where a file says something.
type place struct {
	line         int64
	column, text string
	there        bool
}

func (p *place) keep(line int64, column, text string) {
	if !p.there {
		*p = place{line: line, column: column, text: text, there: true}
	}
}

func (p place) String() string { return fmt.Sprintf("line %d has %s", p.line, p.text) }

// survey collects what all cells of a file say about its numbers and dates.
type survey struct {
	point, comma, either                place
	dayFirst, monthFirst, open, twoYear place
	epoch                               map[string]place
	openEpoch                           place
	suffixes                            bool
}

// see notes what one cell says.
func (s *survey) see(t Type, line int64, column, text string, literal bool) {
	switch {
	case t.numeric():
		if literal {
			return
		}
		a, ok := readAmount(text, s.suffixes)
		if !ok {
			return
		}
		switch a.signs() {
		case pointSigns:
			s.point.keep(line, column, text)
		case commaSigns:
			s.comma.keep(line, column, text)
		case eitherSigns:
			s.either.keep(line, column, text)
		}
	case t == Day || t == Time:
		s.seeDay(t, line, column, text)
	}
}

func (s *survey) seeDay(t Type, line int64, column, text string) {
	if isEpoch(t, text) {
		if unit := epochUnit(text); unit != "" {
			if _, known := s.epoch[unit]; !known {
				s.epoch[unit] = place{line: line, column: column, text: text, there: true}
			}
		} else {
			s.openEpoch.keep(line, column, text)
		}
		return
	}
	day, _ := split(text)
	switch readDay(day).form {
	case dayFirst:
		s.dayFirst.keep(line, column, text)
	case monthLead:
		s.monthFirst.keep(line, column, text)
	case openOrder:
		s.open.keep(line, column, text)
	case shortYear:
		s.twoYear.keep(line, column, text)
	}
}

// isEpoch reports whether a cell is a number of seconds since 1970, in some unit.
func isEpoch(t Type, text string) bool {
	if !bareNumber().MatchString(text) || excelNumber().MatchString(text) {
		return false
	}
	return !eightDigits().MatchString(text) || t == Time && readDay(text).form == notADay
}

// cellForm is how the cells of a member are written.
type cellForm struct {
	decimal      string // "" if no number needs it
	order        string
	orderSettled bool // by the caller
	epoch        string
	suffixes     bool
	percent      bool // prices may have a percent sign
}

// conclude settles what the options leave open. It refuses what neither the file nor an option settles.
func (s *survey) conclude(o Options, f *Findings) (cellForm, error) {
	form := cellForm{suffixes: s.suffixes, percent: o.PercentPrices}
	var err error
	if form.decimal, err = s.decimal(o, f); err != nil {
		return form, err
	}
	if form.order, err = s.order(o, f); err != nil {
		return form, err
	}
	form.orderSettled = o.DateOrder != ""
	form.epoch, err = s.unit(o, f)
	return form, err
}

func (s *survey) decimal(o Options, f *Findings) (string, error) {
	switch {
	case o.Decimal != "":
		f.Decimal, f.DecimalBy = o.Decimal, "as --decimal says"
		if o.Preset != "" {
			f.DecimalBy = ""
		}
	case s.point.there && s.comma.there:
		return "", fault(s.comma.line, s.comma.column, s.comma.text,
			"a number with a decimal comma, but "+s.point.String()+" with a decimal point; --decimal comma or --decimal point settles it")
	case s.comma.there:
		f.Decimal, f.DecimalBy = "comma", s.comma.String()
	case s.point.there:
		f.Decimal, f.DecimalBy = "point", s.point.String()
	case s.either.there:
		decimal := strings.Replace(s.either.text, ",", ".", 1)
		thousands := strings.NewReplacer(",", "", ".", "").Replace(s.either.text)
		sign, other := "point", "comma"
		if strings.Contains(s.either.text, ",") {
			sign, other = other, sign
		}
		return "", fault(s.either.line, s.either.column, s.either.text,
			fmt.Sprintf("%s or %s? No number of the file says which; --decimal %s means %s, --decimal %s means %s", decimal, thousands, sign, decimal, other, thousands))
	}
	return f.Decimal, nil
}

func (s *survey) order(o Options, f *Findings) (string, error) {
	switch {
	case o.DateOrder != "":
		if f.DateOrder = o.DateOrder; o.Preset == "" {
			f.DateOrderBy = "as --date-order says"
		}
	case s.dayFirst.there && s.monthFirst.there:
		return "", fault(s.monthFirst.line, s.monthFirst.column, s.monthFirst.text, "the month stands first, but "+s.dayFirst.String()+
			", where the day does; write the dates of a file in one order")
	case s.twoYear.there:
		return "", fault(s.twoYear.line, s.twoYear.column, s.twoYear.text,
			"a year of two digits; --date-order dmy, mdy or ymd says what is what, and 69 to 99 are then 1969 to 1999")
	case s.dayFirst.there:
		f.DateOrder, f.DateOrderBy = "dmy", s.dayFirst.String()
	case s.monthFirst.there:
		f.DateOrder, f.DateOrderBy = "mdy", s.monthFirst.String()
	case s.open.there:
		day, _ := split(s.open.text)
		return "", fault(s.open.line, s.open.column, s.open.text,
			readDay(day).readings()+" No date of the file says which; --date-order dmy or --date-order mdy settles it")
	}
	return f.DateOrder, nil
}

func (s *survey) unit(o Options, f *Findings) (string, error) {
	if o.Epoch != "" {
		f.Epoch, f.EpochBy = o.Epoch, "as --epoch says"
		return o.Epoch, nil
	}
	var found []string
	for _, unit := range epochs {
		if s.epoch[unit].there {
			found = append(found, unit)
		}
	}
	switch {
	case len(found) > 1:
		a, b := s.epoch[found[0]], s.epoch[found[1]]
		return "", fault(b.line, b.column, b.text, fmt.Sprintf("looks like %s since 1970, but %s, which looks like %s; --epoch s, ms, us or ns settles it", found[1], a, found[0]))
	case len(found) == 1:
		f.Epoch, f.EpochBy = found[0], s.epoch[found[0]].String()
	case s.openEpoch.there:
		readings := epochReadings(s.openEpoch.text)
		if readings == "" {
			return "", nil // no time in any unit: the cell itself is refused
		}
		return "", fault(s.openEpoch.line, s.openEpoch.column, s.openEpoch.text,
			"a number of seconds since 1970, but in which unit? It means "+readings+"; --epoch s, ms, us or ns settles it")
	}
	return f.Epoch, nil
}
