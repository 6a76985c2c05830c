package anydesk

import (
	"iter"
	"math"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/sampledesk"
)

const (
	firstNAV       = 100.0
	dailyMove      = 0.008 // standard deviation of an instrument's daily return
	commonShare    = 0.5   // how much of it is common to all
	bookVolatility = 0.05  // a year, for which the book is sized
	daysOfAYear    = 252
	warmUp         = 30 // days of prices before the first signal
	decideHour     = 10 // when signals come if no step makes them
)

// Book is the desk's record from Epoch to a day.
type Book struct {
	desk        Desk
	workdays    *desk.Workdays // on which the desk trades
	pipeline    pipeline
	instruments []instrument
	strategies  []strategy
}

// Open returns the desk's record up to a day, at midnight UTC.
func (d Desk) Open(to time.Time) (*Book, error) {
	workdays, err := d.Rules.Workdays()
	if err != nil {
		return nil, err
	}
	p, err := newPipeline(d, workdays, to.AddDate(0, 0, 1))
	if err != nil {
		return nil, err
	}
	return &Book{desk: d, workdays: workdays, pipeline: p, instruments: instruments(d.Rules), strategies: strategies(d.Rules)}, nil
}

// Opens returns the first day of the record.
func (b *Book) Opens() time.Time { return Epoch() }

// SittingOut returns nothing: every strategy has instruments.
func (b *Book) SittingOut() []sampledesk.SitOut { return nil }

// Instruments returns what the desk trades.
func (b *Book) Instruments() []desk.Instrument {
	var all []desk.Instrument
	for _, i := range b.instruments {
		all = append(all, i.Instrument)
	}
	return all
}

// Prices returns the prices of the days from one to another, both included.
func (b *Book) Prices(from, to time.Time) []desk.Price {
	var all []desk.Price
	for date, levels := range b.levels(to) {
		if date.Before(from) {
			continue
		}
		for n, i := range b.instruments {
			all = append(all, desk.Price{Instrument: i.Name, Date: date, Value: levels[n]})
		}
	}
	return all
}

// levels yields the day's prices of all instruments for each day up to one on which the desk works.
func (b *Book) levels(to time.Time) iter.Seq2[time.Time, []float64] {
	return func(yield func(time.Time, []float64) bool) {
		levels := make([]float64, len(b.instruments))
		for n := range levels {
			levels[n] = 100
		}
		for date := Epoch(); !date.After(to); date = date.AddDate(0, 0, 1) {
			if !b.workdays.On(date) {
				continue
			}
			text := date.Format(time.DateOnly)
			common := b.desk.chance("common " + text).NormFloat64()
			for n, i := range b.instruments {
				own := b.desk.chance("price " + i.Name + " " + text).NormFloat64()
				levels[n] *= math.Exp(dailyMove * (commonShare*common + math.Sqrt(1-commonShare*commonShare)*own))
			}
			if !yield(date, append([]float64(nil), levels...)) {
				return
			}
		}
	}
}

// Days yields the desk's days from one to another, both included, and none before Epoch. The book is always computed from
// Epoch, so a day does not depend on the first one.
func (b *Book) Days(from, to time.Time) iter.Seq[sampledesk.Day] {
	return func(yield func(sampledesk.Day) bool) {
		next, stop := iter.Pull2(b.levels(to))
		defer stop()
		s := session{book: b, nav: firstNAV}
		priced, levels, more := next()
		for date := Epoch(); !date.After(to); date = date.AddDate(0, 0, 1) {
			day := sampledesk.Day{Date: date}
			works := more && priced.Equal(date)
			wanted := !date.Before(from)
			var ended map[string]time.Time
			if wanted {
				day.Runs, ended = b.pipeline.day(date)
			}
			if works {
				s.trade(&day, levels, ended)
				priced, levels, more = next()
			}
			if wanted && !yield(day) {
				return
			}
		}
	}
}

// session is the book while it is computed day by day.
type session struct {
	book    *Book
	nav     float64
	history [][]float64
	held    map[[2]string]float64 // weights by strategy and instrument
}

// trade goes through a day on which the desk works: signals from the prices of the days before, then the new book at the
// day's prices.
func (s *session) trade(day *sampledesk.Day, levels []float64, ended map[string]time.Time) {
	b := s.book
	made := 0.0
	index := map[string]int{}
	for n, i := range b.instruments {
		index[i.Name] = n
	}
	if last := len(s.history) - 1; last >= 0 {
		for key, weight := range s.held {
			n := index[key[1]]
			made += weight * (levels[n]/s.history[last][n] - 1)
		}
	}
	s.nav *= 1 + made
	signalsAt, bookAt := b.times(day.Date, ended)
	weights := map[[2]string]float64{}
	positions := 0
	for _, strategy := range b.strategies {
		positions += len(strategy.trades(b.desk.Rules, b.instruments))
	}
	size := bookVolatility / (dailyMove * math.Sqrt(daysOfAYear)) / math.Sqrt(float64(positions))
	var states []desk.PortfolioState
	for _, strategy := range b.strategies {
		for _, i := range strategy.trades(b.desk.Rules, b.instruments) {
			signal := s.decide(strategy, i.Name, index[i.Name])
			if signal == nil {
				continue
			}
			signal.GeneratedAt = signalsAt
			day.Signals = append(day.Signals, *signal)
			weight := size * signal.Confidence * map[desk.Direction]float64{desk.Long: 1, desk.Short: -1}[signal.Direction]
			if weight != 0 {
				weights[[2]string{strategy.name, i.Name}] = weight
				states = append(states, desk.PortfolioState{Timestamp: bookAt, Strategy: strategy.name, Instrument: i.Name, Weight: weight, TotalEquity: s.nav})
			}
		}
	}
	if states == nil {
		states = []desk.PortfolioState{{Timestamp: bookAt, Strategy: "CASH", Instrument: "CASH", TotalEquity: s.nav}}
	}
	day.States, s.held, s.history = states, weights, append(s.history, levels)
}

// decide returns what a strategy says of an instrument from the prices before the day, nil while there are too few.
func (s *session) decide(by strategy, instrument string, n int) *desk.Signal {
	last := len(s.history) - 1
	if last < warmUp {
		return nil
	}
	move := math.Log(s.history[last][n]/s.history[last-by.days][n]) / (dailyMove * math.Sqrt(float64(by.days)))
	score := by.sign * move
	signal := &desk.Signal{Strategy: by.name, Instrument: instrument, Direction: desk.Neutral, Confidence: math.Round(100*math.Min(1, math.Abs(score)/2)) / 100}
	switch {
	case score > 0.25:
		signal.Direction = desk.Long
	case score < -0.25:
		signal.Direction = desk.Short
	}
	return signal
}

// times returns when the day's signals and its book are made: when the last step before the desk's closing hour and the
// last step of the day have ended, else at hours of their own.
func (b *Book) times(date time.Time, ended map[string]time.Time) (signals, book time.Time) {
	zone := b.desk.Rules.Location()
	signals = time.Date(date.Year(), date.Month(), date.Day(), decideHour, 0, 0, 0, zone).UTC()
	book = time.Date(date.Year(), date.Month(), date.Day(), b.desk.Rules.ClosingHour, 30, 0, 0, zone).UTC()
	for _, step := range b.desk.Rules.Steps {
		at, has := ended[step.Name]
		if has && step.Group == "signals" && at.Before(book) {
			signals = at
		}
	}
	return signals, book
}
