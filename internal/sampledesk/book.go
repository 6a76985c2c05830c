package sampledesk

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sampledesk/market"
	"macrowatch/internal/sampledesk/strategy"
	"macrowatch/internal/sampledesk/trading"
)

// Book is what the sample desk's strategies make of a market: see package trading for how.
type Book struct {
	desk  Desk
	setup *trading.Setup
	first time.Time
}

// SitOut says why a strategy takes no part.
type SitOut = trading.SitOut

// Day is a civil day of the desk with what it leaves behind.
type Day struct {
	Date time.Time // midnight UTC
	// Runs are the day's pipeline runs, each to its end, by start and step.
	Runs []desk.Run
	// Signals are those of the classes whose step succeeded, each generated when its step ended.
	Signals []desk.Signal
	// States is the snapshot of the book after the day's close, as of the end of the portfolio step; none
	// at weekends and where that step failed. A book that holds nothing is one row of strategy CASH.
	States []desk.PortfolioState
	// Notes say what was odd in the day's prices, a sentence each.
	Notes []string
}

// Open sets the desk's strategies up on a market. It is an error if the market has no day or no strategy
// can take part in it.
func (d Desk) Open(m *market.Market) (*Book, error) {
	setup, err := trading.Open(m, strategy.All())
	if err != nil {
		return nil, err
	}
	return &Book{desk: d, setup: setup, first: m.First()}, nil
}

// Opens returns the first day of the book, on which it has its first snapshot, a weekday at midnight UTC:
// the market's first, or the first on which what is quoted in dollars can be turned into BRL. It does
// not mean that the strategies have history enough to hold anything by then.
func (b *Book) Opens() time.Time { return b.setup.Opens() }

// SittingOut returns the strategies that lack instruments in the market.
func (b *Book) SittingOut() []SitOut { return b.setup.SitOuts() }

// Strategies returns the IDs of the strategies that take part.
func (b *Book) Strategies() []string { return b.setup.Strategies() }

// Days returns the desk's civil days from from to to, both included, but none before Opens. The book is
// always computed from the market's first day, so what a day holds does not depend on from or to; both
// are dates at midnight UTC. After the market's last day the desk goes on at the last prices, and closes
// what has had none for trading.StaleDays.
func (b *Book) Days(from, to time.Time) iter.Seq[Day] {
	return func(yield func(Day) bool) {
		session := b.setup.Start()
		zone := desk.Location()
		for date := b.first; !date.After(to); date = date.AddDate(0, 0, 1) {
			weekend := date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
			if date.Before(b.Opens()) {
				if !weekend {
					session.Mark(date)
				}
				session.Notes() // what was odd before there was a book is nobody's concern
				continue
			}
			day := Day{Date: date, Runs: b.desk.day(date, zone)}
			if !weekend {
				b.work(session, &day)
			}
			if date.Before(from) {
				continue
			}
			slices.SortFunc(day.Runs, byStart)
			if !yield(day) {
				return
			}
		}
	}
}

// work is a weekday of the book: signals in the morning, prices and trades after the close.
func (b *Book) work(session *trading.Session, day *Day) {
	ended := make(map[string]time.Time, len(day.Runs))
	for _, r := range day.Runs {
		if r.Status == desk.Success {
			ended[r.Step] = r.FinishedAt
		}
	}
	for _, class := range strategy.Classes() {
		if at, ok := ended["signals_"+string(class)]; ok {
			day.Signals = append(day.Signals, session.Decide(class, at)...)
		}
	}
	session.Mark(day.Date)
	if at, ok := ended["portfolio"]; ok {
		session.Trade()
		day.States = session.Snapshot(at)
	}
	day.Notes = session.Notes()
}

// byStart orders runs as Runs does.
func byStart(a, b desk.Run) int {
	return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.Step, b.Step))
}

// Classified returns the market's instruments with what the sample desk knows of them where they say
// nothing themselves: see market.Classified.
func Classified(m *market.Market) []desk.Instrument { return market.Classified(m.Instruments()) }
