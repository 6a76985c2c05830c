package desk

import (
	"math"
	"slices"
	"time"
)

// If a number is hundredLeast to hundredMost times as large as another, it looks a hundred times too large.
// The bounds are wide because the price may really have moved between the two.
const (
	hundredLeast = 60
	hundredMost  = 170
)

// isHundredth reports whether x is about a hundredth of y.
func isHundredth(x, y float64) bool {
	ratio := y / x
	return ratio >= hundredLeast && ratio <= hundredMost
}

// BookDoubts finds what looks wrong in a file of snapshots. See takes the rows one by one, and Doubts says
// what was found.
type BookDoubts struct {
	found Doubts
	now   time.Time
	sizes []float64             // the absolute values of all weights that are not 0
	large []bookRow             // the first rows whose weight is many times NAV
	first bookRow               // the first row of the earliest snapshot
	navs  map[time.Time]bookRow // the first row of each snapshot
}

type bookRow struct {
	line int64
	row  PortfolioState
}

// A weight of largeWeight times NAV is rare. If it is also largeTimes the file's usual weight, it looks like
// a mistake. mostLarge bounds how many such rows are remembered.
const (
	largeWeight = 10
	largeTimes  = 20
	mostLarge   = 1000
)

// NewBookDoubts returns a BookDoubts that has seen no row. The argument `now` is the zero time if it is not known.
func NewBookDoubts(now time.Time) *BookDoubts {
	return &BookDoubts{now: now, navs: map[time.Time]bookRow{}}
}

// See takes a row.
func (b *BookDoubts) See(line int64, p PortfolioState) {
	if size := math.Abs(p.Weight); size > 0 {
		b.sizes = append(b.sizes, size)
		if size >= largeWeight && len(b.large) < mostLarge {
			b.large = append(b.large, bookRow{line, p})
		}
	}
	if _, seen := b.navs[p.Timestamp]; !seen {
		b.navs[p.Timestamp] = bookRow{line, p}
		b.found.later(line, "timestamp", p.Timestamp, b.now)
		if b.first.line == 0 || p.Timestamp.Before(b.first.row.Timestamp) {
			b.first = bookRow{line, p}
		}
	}
}

// First returns the time of the earliest snapshot, the zero time where there was none.
func (b *BookDoubts) First() time.Time { return b.first.row.Timestamp }

// Doubts says what looks wrong. The argument `before` is the NAV of the last stored snapshot before the
// file's first one. It is 0 if there is no such snapshot.
func (b *BookDoubts) Doubts(before float64) Doubts {
	b.weights()
	b.equity(before)
	return b.found
}

func (b *BookDoubts) weights() {
	if len(b.large) == 0 {
		return
	}
	slices.Sort(b.sizes)
	usual := b.sizes[(len(b.sizes)-1)/2]
	for _, l := range b.large {
		if math.Abs(l.row.Weight) >= largeTimes*usual {
			b.found.add(l.line, "weight", l.row.Weight, "is %g times NAV among weights of about %.2g, and looks like percent: %g %% is written %g",
				math.Abs(l.row.Weight), usual, l.row.Weight, l.row.Weight/100)
		}
	}
	if usual >= largeWeight/2 {
		l := b.large[0]
		b.found.add(l.line, "weight", l.row.Weight, "is, like half of the file's weights, %.2g times NAV or more, and looks like percent: a weight is a fraction of NAV, 0.25 for a quarter", usual)
	}
}

// equity compares the NAV of each snapshot with the one before it.
func (b *BookDoubts) equity(before float64) {
	rows := make([]bookRow, 0, len(b.navs))
	for _, r := range b.navs {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(x, y bookRow) int { return x.row.Timestamp.Compare(y.row.Timestamp) })
	for _, r := range rows {
		switch nav := r.row.TotalEquity; {
		case nav <= 0:
			b.found.add(r.line, "total_equity", nav, "is not above 0: there are no returns from such a NAV")
			continue
		case before > 0 && nav >= 10*before:
			b.found.add(r.line, "total_equity", nav, "is %.3g times the NAV before it, %g, and looks like another unit or a subscription: NAV is a return index", nav/before, before)
		case before > 0 && nav <= before/10:
			b.found.add(r.line, "total_equity", nav, "is %.3g times the NAV before it, %g, and looks like another unit or a withdrawal: NAV is a return index", nav/before, before)
		}
		before = r.row.TotalEquity
	}
}

// PriceDoubts finds what looks wrong in a file of prices. See takes the rows one by one, and Doubts says what
// was found.
type PriceDoubts struct {
	now  time.Time
	seen map[string]*priceSeen
}

// priceSeen is what was seen of one instrument. A row whose line is 0 means that there is no such price.
type priceSeen struct {
	first, largest priceRow      // the earliest price, and the largest without its sign
	last           priceRow      // the last price that is neither 0 nor a jump
	jumps          [][2]priceRow // two prices that follow one another and look like a mistake
	zero           priceRow      // the first price of 0
	late           priceRow      // the first price that lies in the future
}

type priceRow struct {
	line int64
	row  Price
}

// mostJumps is how many jumps of one instrument are reported.
const mostJumps = 3

// NewPriceDoubts returns a PriceDoubts that has seen no row. The argument `now` is the zero time if it is not known.
func NewPriceDoubts(now time.Time) *PriceDoubts {
	return &PriceDoubts{now: now, seen: map[string]*priceSeen{}}
}

// See takes a row.
func (d *PriceDoubts) See(line int64, p Price) {
	r := priceRow{line, p}
	s, known := d.seen[p.Instrument]
	if !known {
		s = &priceSeen{first: r, last: r, largest: r}
		d.seen[p.Instrument] = s
	}
	if p.Value == 0 && s.zero.line == 0 {
		s.zero = r
	}
	if !d.now.IsZero() && p.Date.Sub(d.now) > aDayAhead && s.late.line == 0 {
		s.late = r
	}
	jumps := looksOf(s.last.row.Value, p.Value) != ""
	if jumps && len(s.jumps) < mostJumps {
		s.jumps = append(s.jumps, [2]priceRow{s.last, r})
	}
	if p.Date.Before(s.first.row.Date) {
		s.first = r
	}
	if math.Abs(p.Value) > math.Abs(s.largest.row.Value) {
		s.largest = r
	}
	if p.Value != 0 && !jumps { // the price after a mistake is compared with the one before the mistake
		s.last = r
	}
}

// First returns the instruments of the file, each with the first day for which the file has a price.
func (d *PriceDoubts) First() map[string]time.Time {
	first := make(map[string]time.Time, len(d.seen))
	for name, s := range d.seen {
		first[name] = s.first.row.Date
	}
	return first
}

// looksOf says what looks wrong with a price that follows another one, "" where nothing does.
func looksOf(before, price float64) string {
	switch {
	case before == 0 || price == 0 || before < 0 != (price < 0):
		return ""
	case isHundredth(price, before):
		return "looks a hundred times too small"
	case isHundredth(before, price):
		return "looks a hundred times too large"
	case math.Max(price/before, before/price) > 2 && math.Abs(price*before-1) < 0.1:
		return "looks like the rate quoted the other way round"
	}
	return ""
}

// Doubts says what looks wrong. The map `instruments` says in what unit the prices are. The map `before` has,
// for each instrument, the last stored price before the file's first price.
func (d *PriceDoubts) Doubts(instruments map[string]Instrument, before map[string]Price) Doubts {
	var found Doubts
	names := make([]string, 0, len(d.seen))
	for name := range d.seen {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return int(d.seen[a].first.line - d.seen[b].first.line) })
	for _, name := range names {
		d.seen[name].doubts(&found, instruments[name], before[name])
	}
	return found
}

func (s *priceSeen) doubts(found *Doubts, i Instrument, before Price) {
	if s.late.line != 0 {
		found.add(s.late.line, "price_date", s.late.row.Date.Format(time.DateOnly), "lies in the future")
	}
	if s.zero.line != 0 && i.Kind == KindPrice {
		found.add(s.zero.line, "price", 0, "of %s is 0, and looks like a price that is missing", i.Name)
	}
	jumps := s.jumps
	if before.Instrument != "" && looksOf(before.Value, s.first.row.Value) != "" {
		jumps = append([][2]priceRow{{{row: before}, s.first}}, jumps...)
	}
	for _, j := range jumps {
		was, is := j[0].row, j[1].row
		found.add(j[1].line, "price", is.Value, "of %s %s: that of %s is %g%s", is.Instrument, looksOf(was.Value, is.Value),
			was.Date.Format(time.DateOnly), was.Value, unitHint(i))
	}
	if len(jumps) == 0 {
		s.level(found, i)
	}
}

// unitHint reminds the reader in which unit a yield is quoted.
func unitHint(i Instrument) string {
	switch {
	case i.Kind != KindYield:
		return ""
	case i.QuotedIn == InPercent:
		return "; it is quoted in percent, 13.25 for 13.25 percent"
	}
	return "; it is quoted in basis points, 1325 for 13.25 percent"
}

// level doubts a yield whose largest value does not fit its unit.
func (s *priceSeen) level(found *Doubts, i Instrument) {
	const (
		leastPercent = 1  // a yield that never reaches 1 % is rare
		leastBP      = 30 // and so is one that never reaches 30 bp
		most         = 100
	)
	if i.Kind != KindYield {
		return
	}
	r, largest := s.largest, math.Abs(s.largest.row.Value)
	switch {
	case largest == 0:
	case i.QuotedIn == InPercent && largest < leastPercent:
		found.add(r.line, "price", r.row.Value, "of %s is the file's largest, and looks a hundred times too small: it is quoted in percent, where %.4g percent is written %.4g",
			i.Name, 100*r.row.Value, 100*r.row.Value)
	case i.QuotedIn == InPercent && largest > most:
		found.add(r.line, "price", r.row.Value, "of %s looks like basis points: it is quoted in percent, where %.4g basis points are written %.4g", i.Name, r.row.Value, r.row.Value/100)
	case i.QuotedIn == InBasisPoints && largest < leastBP:
		found.add(r.line, "price", r.row.Value, "of %s is the file's largest, and looks a hundred times too small: it is quoted in basis points, where %.4g percent is written %.4g",
			i.Name, r.row.Value, 100*r.row.Value)
	}
}
