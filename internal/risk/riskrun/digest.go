package riskrun

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"maps"
	"math"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// methodVersion is part of every digest. Raise it with each change of the program that gives other figures for the same
// inputs.
const methodVersion = 1

// inputsOf says what a computation was made from.
//
// The query shared_inputs.sql of package dashboard puts the same bytes together in the database, for the same digest of
// the rows. Change the two together. A text is preceded by its length, a number has eight bytes and a day four, all
// big-endian, as PostgreSQL sends them.
func (in *input) inputsOf(s snapshot, simulation *risk.Simulation, replays []risk.Replay, settings Settings) *desk.RiskInputs {
	known := in.rules.LastPricedDay(s.at)
	from := in.pricesFrom(s.book, simulation, settings.Options)
	rows := in.rowsDigest(s, from, known)
	e := newEncoder()
	e.whole(methodVersion)
	e.Write(in.settings)
	e.Write(rows)
	for _, r := range replays {
		e.text(r.Scenario)
		for _, day := range []time.Time{r.From, r.To} {
			e.day(day)
			for _, name := range slices.Sorted(maps.Keys(from)) {
				e.prices(in.between(name, day, day))
			}
		}
	}
	return &desk.RiskInputs{ComputedAt: s.at, Digest: hex.EncodeToString(e.Sum(nil)), RowsDigest: hex.EncodeToString(rows),
		PricesFrom: from, PricesTo: known, Returns: simulation.Returns}
}

// pricesFrom returns the instruments whose prices the computation of a book uses, each with the first day that
// counts. These are the held instruments, their proxies, and the exchange rates of both. The zero time means
// the whole history. It is used if the window is not full or an instrument's history is too short, because
// then older prices would change the figures.
func (in *input) pricesFrom(book risk.Book, simulation *risk.Simulation, o risk.Options) map[string]time.Time {
	from := map[string]time.Time{}
	whole := map[string]bool{}
	for _, m := range simulation.Report.Missing {
		whole[m.Instrument] = true
	}
	add := func(name string, day time.Time) {
		for _, name := range append([]string{name}, in.rates[name]...) {
			if now, there := from[name]; !there || day.Before(now) {
				from[name] = day
			}
		}
	}
	for _, p := range book {
		first := simulation.From
		if whole[p.Instrument] || !simulation.Full() {
			first = time.Time{}
		}
		add(p.Instrument, first)
		if proxy, has := o.Proxies[p.Instrument]; has {
			add(proxy, first)
		}
	}
	return from
}

// rowsDigest is the digest of a book, its instruments, their prices, and the NAVs behind its drawdowns: the last 252 and
// the highest of all. `from` has the first day of each instrument's prices, and `known` is the last day of all prices.
func (in *input) rowsDigest(s snapshot, from map[string]time.Time, known time.Time) []byte {
	e := newEncoder()
	book := slices.SortedFunc(slices.Values(s.book), func(a, b risk.Position) int {
		return cmp.Or(cmp.Compare(a.Strategy, b.Strategy), cmp.Compare(a.Instrument, b.Instrument), cmp.Compare(a.Weight, b.Weight))
	})
	for _, p := range book {
		e.text(p.Strategy)
		e.text(p.Instrument)
		e.number(p.Weight)
		e.number(s.nav)
	}
	for _, name := range slices.Sorted(maps.Keys(from)) {
		i := in.instruments[name]
		e.text(name)
		for _, text := range []string{string(i.Kind), i.QuotedIn, i.AssetClass} {
			e.text(text)
		}
		e.day(i.Maturity)
		for _, x := range []*float64{i.TenorYears, i.CouponPct, i.ModifiedDuration} {
			if x == nil {
				e.noNumber()
				continue
			}
			e.number(*x)
		}
		e.prices(in.between(name, from[name], known))
	}
	highest := math.Inf(-1)
	navs := in.navsUpTo(s)
	for n, nav := range navs {
		if n >= len(navs)-risk.DrawdownDays {
			e.number(nav.NAV)
		}
		highest = math.Max(highest, nav.NAV)
	}
	e.number(highest)
	return e.Sum(nil)
}

// between are an instrument's prices from one day to another, both included.
func (in *input) between(name string, from, to time.Time) []desk.Price {
	all := in.prices[name]
	byDay := func(p desk.Price, day time.Time) int { return p.Date.Compare(day) }
	first, _ := slices.BinarySearchFunc(all, from, byDay)
	end, _ := slices.BinarySearchFunc(all, to.AddDate(0, 0, 1), byDay)
	return all[first:max(first, end)]
}

// digest returns the digest of everything in the settings that may change a figure. Descriptions and sources
// can't, so they are left out.
func (s Settings) digest() []byte {
	s.Scenarios = slices.Clone(s.Scenarios)
	for n := range s.Scenarios {
		s.Scenarios[n].Description = ""
		s.Scenarios[n].Shocks = slices.Clone(s.Scenarios[n].Shocks)
		for m := range s.Scenarios[n].Shocks {
			s.Scenarios[n].Shocks[m].Source = ""
		}
	}
	if len(s.Options.Proxies) == 0 {
		s.Options.Proxies = nil
	}
	text, err := json.Marshal(s) // which puts the keys of a map in order
	if err != nil {
		panic(err) // this can't happen, because the numbers of a risk file are finite
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// encoder writes values into a hash, in such a way that different values give different bytes.
type encoder struct {
	hash.Hash
	bytes []byte // empty; its room is for the bytes of the next value
}

func newEncoder() *encoder { return &encoder{Hash: sha256.New()} }

// put writes bytes that the caller has appended to e.bytes, which is empty between two values.
func (e *encoder) put(bytes []byte) {
	e.Write(bytes)
	e.bytes = bytes[:0]
}

func (e *encoder) whole(n int32) { e.put(binary.BigEndian.AppendUint32(e.bytes, uint32(n))) }

func (e *encoder) text(s string) {
	e.whole(int32(len(s)))
	e.put(append(e.bytes, s...))
}

func (e *encoder) number(x float64) { e.put(appendNumber(e.bytes, x)) }

// noNumber writes that there is no number, with bits that no number has.
func (e *encoder) noNumber() { e.put(binary.BigEndian.AppendUint64(e.bytes, math.MaxUint64)) }

// day writes a date in days since 1970. For the zero time it writes the least number.
func (e *encoder) day(t time.Time) {
	if t.IsZero() {
		e.whole(math.MinInt32)
		return
	}
	e.whole(daysSince1970(t))
}

// prices writes days and prices. It writes them in one piece, because they are most of the bytes of a digest.
func (e *encoder) prices(all []desk.Price) {
	e.whole(int32(len(all)))
	bytes := slices.Grow(e.bytes, 12*len(all))
	for _, p := range all {
		bytes = binary.BigEndian.AppendUint32(bytes, uint32(daysSince1970(p.Date)))
		bytes = appendNumber(bytes, p.Value)
	}
	e.put(bytes)
}

// appendNumber appends a number. It writes −0 as 0, because the two are equal.
func appendNumber(to []byte, x float64) []byte {
	if x == 0 {
		x = 0
	}
	return binary.BigEndian.AppendUint64(to, math.Float64bits(x))
}

// daysSince1970 is a date at midnight UTC as a number of days.
func daysSince1970(t time.Time) int32 { return int32(t.Unix() / 86_400) }
