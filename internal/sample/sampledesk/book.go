package sampledesk

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/riskfile"
	"macrowatch/internal/sample/calendar"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/strategy"
	"macrowatch/internal/sample/trading"
)

// Book is the book that the sample desk's strategies trade on a market. Package trading says how they do so.
type Book struct {
	desk  Desk
	setup *trading.Setup
	first time.Time
}

// SitOut says why a strategy takes no part.
type SitOut = trading.SitOut

// Day is a civil day of the desk with its runs, its signals and the snapshot of its book.
type Day struct {
	Date time.Time // midnight UTC
	// Runs are the day's pipeline runs, each to its end, by start and step.
	Runs []desk.Run
	// Signals are the signals of the classes whose step succeeded. Each was generated when its step ended.
	Signals []desk.Signal
	// States is the snapshot of the book after the day's close, as of the end of the portfolio step. There is
	// none if B3 is closed or that step failed. A book that holds nothing is one row of strategy CASH.
	States []desk.PortfolioState
	// Notes say what was odd in the day's prices, a sentence each.
	Notes []string
}

// Open sets the desk's strategies up on a market. It returns an error if the market has no day, or if no strategy
// can take part in it.
func (d Desk) Open(m *market.Market) (*Book, error) {
	limits, err := riskfile.Default()
	if err != nil {
		return nil, err
	}
	setup, err := trading.Open(m, strategy.All(), trading.Mandate{
		Volatility: targetVolatility, Limits: limits.Limits, Scenarios: limits.Scenarios, ReplayDays: limits.ReplayDays,
	})
	if err != nil {
		return nil, err
	}
	return &Book{desk: d, setup: setup, first: m.First()}, nil
}

// targetVolatility is the annual volatility that the sample desk's book is sized for.
const targetVolatility = 0.05

// Opens returns the day of the book's first snapshot, at midnight UTC. It is the first day on which B3 trades,
// counted from the market's first day or, if that is later, from the first day on which profits in dollars can be
// turned into BRL. The strategies may need more history before they hold anything.
func (b *Book) Opens() time.Time { return b.setup.Opens() }

// SittingOut returns the strategies that lack instruments in the market.
func (b *Book) SittingOut() []SitOut { return b.setup.SitOuts() }

// Days returns the desk's civil days from from to to, both included, but none before Opens. Both are dates at
// midnight UTC. The book is always computed from the market's first day, so a day does not depend on from or to.
// After the market's last day the desk goes on at the last prices. It closes a position whose instrument has had
// no price for trading.StaleDays.
func (b *Book) Days(from, to time.Time) iter.Seq[Day] {
	return func(yield func(Day) bool) {
		session, times := b.setup.Start(), newTimetable()
		for date := b.first; !date.After(to); date = date.AddDate(0, 0, 1) {
			trades := times.days.Trades(calendar.B3, date)
			if date.Before(b.Opens()) {
				if trades {
					session.Mark(date)
				}
				session.Notes() // drop the notes on days before there was a book
				continue
			}
			day := Day{Date: date}
			w := workday{desk: b.desk, days: times.days, date: date, events: b.desk.day(date, times), session: session, wanted: !date.Before(from)}
			if w.wanted {
				w.name()
			}
			if trades {
				w.trade(&day)
			}
			w.tell(endOfDay)
			if !w.wanted {
				continue
			}
			for _, e := range w.events {
				day.Runs = append(day.Runs, e.Run)
			}
			slices.SortFunc(day.Runs, byStart)
			if !yield(day) {
				return
			}
		}
	}
}

// workday is a day of the book while it is computed.
type workday struct {
	desk    Desk
	days    *calendar.Calendar
	date    time.Time
	events  []event
	told    int // how many of the events have got their messages so far
	session *trading.Session
	// wanted says that somebody asked for the day. On any other day only the book goes on: its runs get no IDs and no messages, and
	// nothing is told of its signals and positions.
	wanted bool
}

// name gives the runs their IDs.
func (w *workday) name() {
	for n := range w.events {
		e := &w.events[n]
		e.ID = w.desk.RunID(e.Step, e.StartedAt)
	}
}

// endOfDay is the name of no step. Given this name, the method tell writes the messages of all runs that are left.
const endOfDay = ""

// tell writes the messages of the failed runs before the first run of a step. A message may name the book, so it is
// written while the book is as that run found it.
func (w *workday) tell(before string) {
	if !w.wanted {
		return
	}
	for ; w.told < len(w.events) && w.events[w.told].Step != before; w.told++ {
		if e := &w.events[w.told]; e.failure != nil {
			e.ErrorMessage = e.failure.message(circumstances{
				date: w.date, days: w.days, state: w.session.State(), rand: w.desk.chance("message " + e.ID),
			})
		}
	}
}

// trade goes through a day on which B3 trades: signals in the morning, prices and trades after the close.
func (w *workday) trade(day *Day) {
	ended := make(map[string]time.Time, len(w.events))
	for _, e := range w.events {
		if e.Status == desk.Success {
			ended[e.Step] = e.FinishedAt
		}
	}
	for _, class := range strategy.Classes() {
		if at, ok := ended["signals_"+string(class)]; ok {
			w.session.Decide(class)
			if w.wanted {
				day.Signals = append(day.Signals, w.session.Signals(class, at)...)
			}
		}
	}
	w.tell("closing_prices")
	w.session.Mark(day.Date)
	w.tell("risk")
	if at, ok := ended["portfolio"]; ok {
		w.session.Trade()
		if w.wanted {
			day.States = w.session.Snapshot(at)
		}
	}
	day.Notes = w.session.Notes()
}

// byStart orders runs by their start and then by their step, as Day.Runs is ordered.
func byStart(a, b desk.Run) int {
	return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.Step, b.Step))
}

// Classified returns the market's instruments, completed with what the sample desk knows of them: see
// market.Classified.
func Classified(m *market.Market) []desk.Instrument { return market.Classified(m.Instruments()) }
