package samplerecord_test

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/sampledesk"
	"macrowatch/internal/sample/samplerecord"
	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

type bench struct {
	t      *testing.T
	store  *store.Store
	record *samplerecord.Record
}

func newBench(t *testing.T) bench {
	t.Helper()
	s := store.New(pgtest.Migrated(t), slog.New(slog.DiscardHandler))
	return bench{t, s, samplerecord.New(s, sampledesk.Desk{Seed: 3}, slog.New(slog.DiscardHandler))}
}

// contents returns a digest of everything that the desk has written, without the times of writing.
func (b bench) contents() string {
	b.t.Helper()
	var digest string
	if err := b.store.Pool().QueryRow(b.t.Context(), `SELECT concat_ws(' ',
		(SELECT md5(string_agg(r::text, ',' ORDER BY run_id)) FROM pipeline_runs r),
		(SELECT md5(string_agg(s::text, ',' ORDER BY strategy_id, instrument, generated_at)) FROM strategy_signals s),
		(SELECT md5(string_agg(p::text, ',' ORDER BY "timestamp", strategy_id, instrument)) FROM portfolio_state p),
		(SELECT md5(string_agg(i::text, ',' ORDER BY instrument)) FROM instruments i),
		(SELECT md5(string_agg(i::text, ',' ORDER BY instrument, price_date)) FROM instrument_prices i))`).Scan(&digest); err != nil {
		b.t.Fatal(err)
	}
	return digest
}

func (b bench) count(query string, args ...any) int {
	b.t.Helper()
	var n int
	if err := b.store.Pool().QueryRow(b.t.Context(), query, args...).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

func (b bench) write(from, now time.Time) samplerecord.Summary {
	b.t.Helper()
	s, err := b.record.Write(b.t.Context(), from, now)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// at returns an instant in the desk's zone in 2020, the first year of the simulated prices.
func at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2020, month, day, hour, minute, 0, 0, desk.BuiltInRules().Location())
}

func TestWhatIsWrittenIsWhatTheDeskComputes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	now := at(time.September, 30, 12, 0)
	s := b.write(time.Time{}, now)
	m := market.Simulate(3, market.Epoch(), time.Date(2020, 9, 29, 0, 0, 0, 0, time.UTC))
	book, err := sampledesk.Desk{Seed: 3}.Open(m)
	if err != nil {
		t.Fatal(err)
	}
	signals, states, last := 0, 0, math.NaN()
	for d := range book.Days(book.Opens(), time.Date(2020, 9, 30, 0, 0, 0, 0, time.UTC)) {
		for _, signal := range d.Signals {
			if !signal.GeneratedAt.After(now) {
				signals++
			}
		}
		for _, state := range d.States {
			if !state.Timestamp.After(now) {
				states++
				last = state.TotalEquity
			}
		}
	}
	if s.Signals != signals || s.Positions != states || s.LastNAV != last || signals < 5000 || states < 3000 {
		t.Errorf("wrote %d signals, %d positions, NAV %v; the desk has %d, %d, %v", s.Signals, s.Positions, s.LastNAV, signals, states, last)
	}
	if n := b.count("SELECT count(*) FROM strategy_signals"); n != signals {
		t.Errorf("%d signals are stored, not %d", n, signals)
	}
	if n := b.count("SELECT count(*) FROM portfolio_state"); n != states {
		t.Errorf("%d positions are stored, not %d", n, states)
	}
	if n := b.count("SELECT count(*) FROM instrument_prices WHERE price_date > '2020-09-29'"); n != 0 {
		t.Errorf("%d prices of a day that has not closed", n)
	}
	if n := b.count("SELECT count(*) FROM portfolio_state p WHERE weight <> 0 AND NOT EXISTS (SELECT FROM instruments i WHERE i.instrument = p.instrument)"); n != 0 {
		t.Errorf("%d positions in instruments that nobody knows", n)
	}
	// At noon the pipeline of the morning is over. Each signal has the time at which a run ended.
	if n := b.count("SELECT count(*) FROM strategy_signals s WHERE NOT EXISTS (SELECT FROM pipeline_runs r WHERE r.finished_at = s.generated_at AND r.status = 'SUCCESS')"); n != 0 {
		t.Errorf("%d signals come from no run", n)
	}
}

func TestInPiecesAndAgainIsTheSame(t *testing.T) {
	t.Parallel()
	whole, pieces := newBench(t), newBench(t)
	end := at(time.April, 9, 22, 0)
	whole.write(time.Time{}, end)

	pieces.write(time.Time{}, at(time.April, 6, 6, 2)) // while the pipeline runs
	if n := pieces.count("SELECT count(*) FROM pipeline_runs WHERE status = 'RUNNING'"); n == 0 {
		t.Error("nothing is RUNNING at 06:02")
	}
	since := at(time.April, 6, 6, 2)
	for _, now := range []time.Time{at(time.April, 6, 6, 4), at(time.April, 6, 23, 0), at(time.April, 7, 12, 0), at(time.April, 8, 19, 0), at(time.April, 9, 0, 30), at(time.April, 9, 12, 0)} {
		for range 2 { // writing a stretch twice changes nothing
			if err := pieces.record.Continue(t.Context(), since, now); err != nil {
				t.Fatal(err)
			}
		}
		since = now
	}
	from, err := pieces.record.Until(t.Context())
	if err != nil || !from.Equal(at(time.April, 9, 12, 0)) {
		t.Errorf("until %v, %v", from, err)
	}
	if _, err := pieces.record.Resume(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	if a, b := whole.contents(), pieces.contents(); a != b {
		t.Errorf("in one piece %s\nin several  %s", a, b)
	}
}

func TestSomebodysRecordIsRefusedAndPricesAreTaken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, err := b.store.InstrumentUpsert(t.Context(),
		desk.Instrument{Name: "USDBRL", Kind: desk.KindPrice, QuotedIn: "BRL per USD"},
		desk.Instrument{Name: "SPX", Kind: desk.KindPrice, QuotedIn: "index points"}); err != nil {
		t.Fatal(err)
	}
	var prices []desk.Price
	for day := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2020; day = day.AddDate(0, 0, 1) {
		wave := math.Sin(float64(day.YearDay()) / 20)
		prices = append(prices, desk.Price{Instrument: "USDBRL", Date: day, Value: 4 + wave/10}, desk.Price{Instrument: "SPX", Date: day, Value: 3000 * (1 + wave/50)})
	}
	if _, err := b.store.PriceUpsert(t.Context(), prices...); err != nil {
		t.Fatal(err)
	}
	if err := b.record.Claim(t.Context(), false); err != nil {
		t.Fatalf("prices alone are somebody's record: %v", err)
	}
	if source, err := b.record.Source(t.Context()); err != nil || source != samplerecord.Imported {
		t.Errorf("source %q, %v", source, err)
	}
	last, err := b.record.LastDay(t.Context())
	if err != nil || !last.Equal(time.Date(2019, 12, 31, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("last day %v, %v", last, err)
	}
	s := b.write(time.Time{}, time.Date(2020, 1, 1, 2, 0, 0, 0, time.UTC))
	if s.Source != samplerecord.Imported || len(s.SittingOut) == 0 || s.Positions == 0 {
		t.Errorf("%+v", s)
	}
	if n := b.count("SELECT count(*) FROM instrument_prices"); n != len(prices) {
		t.Errorf("%d prices, not the %d that were imported", n, len(prices))
	}
	if err := b.record.RequireImportable(t.Context()); err != nil {
		t.Errorf("prices for a desk on imported ones: %v", err)
	}

	other := newBench(t)
	if err := other.store.RunUpsert(t.Context(), desk.Run{ID: "1", Step: "fred", Status: desk.Running, StartedAt: at(time.January, 2, 6, 0)}); err != nil {
		t.Fatal(err)
	}
	for _, fresh := range []bool{false, true} {
		if err := other.record.Claim(t.Context(), fresh); !errors.Is(err, samplerecord.ErrForeign) {
			t.Errorf("somebody's run, fresh %v: %v", fresh, err)
		}
	}
	if n := other.count("SELECT count(*) FROM pipeline_runs"); n != 1 {
		t.Error("somebody's run was deleted")
	}
}

func TestSimulatedAndRealPricesAreNotMixed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.write(time.Time{}, at(time.February, 3, 12, 0))
	if err := b.record.RequireImportable(t.Context()); err == nil {
		t.Error("a desk on simulated prices takes real ones")
	}
	if err := b.record.Claim(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if err := b.record.RequireImportable(t.Context()); err != nil {
		t.Errorf("begun anew: %v", err)
	}
	if n := b.count("SELECT count(*) FROM portfolio_state"); n != 0 {
		t.Errorf("begun anew there are %d positions", n)
	}
}

// Earlier versions noted no edition, or edition 1. A later version may note edition 3.
func TestTheRecordOfAnotherSampleDeskIsNotContinued(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.write(time.Time{}, at(time.February, 3, 12, 0))
	if err := b.record.Claim(t.Context(), false); err != nil {
		t.Errorf("this version's own record: %v", err)
	}
	for _, change := range []string{
		"DELETE FROM macrowatch_settings WHERE key = 'sample_edition'",
		"INSERT INTO macrowatch_settings (key, value) VALUES ('sample_edition', '1')",
		"UPDATE macrowatch_settings SET value = '3' WHERE key = 'sample_edition'",
	} {
		t.Run(change, func(t *testing.T) {
			if _, err := b.store.Pool().Exec(t.Context(), change); err != nil {
				t.Fatal(err)
			}
			if err := b.record.Claim(t.Context(), false); !errors.Is(err, samplerecord.ErrOtherDesk) {
				t.Errorf("after %s: %v", change, err)
			}
		})
	}
	if n := b.count("SELECT count(*) FROM portfolio_state"); n == 0 {
		t.Error("the refusal deleted the record")
	}
	if err := b.record.Claim(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	b.write(time.Time{}, at(time.February, 3, 12, 0))
	if err := b.record.Claim(t.Context(), false); err != nil {
		t.Errorf("begun anew: %v", err)
	}
}

func TestAnInterruptedWriteIsMarkedAndFinished(t *testing.T) {
	t.Parallel()
	b, whole := newBench(t), newBench(t)
	now := time.Date(2022, 3, 1, 12, 0, 0, 0, time.UTC)
	ctx, stop := context.WithCancel(t.Context())
	b.record.Progress = func(p samplerecord.Progress) {
		if p.Done() > 400 {
			stop()
		}
	}
	if _, err := b.record.Write(ctx, time.Time{}, now); !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted: %v", err)
	}
	if until, err := b.store.SampleDataUntil(t.Context()); err != nil || until.IsZero() {
		t.Errorf("half a sample desk is not marked: %v, %v", until, err)
	}
	if until, err := b.record.Until(t.Context()); err != nil || !until.IsZero() {
		t.Errorf("half a record counts as written until %v, %v", until, err)
	}
	b.record.Progress = nil
	b.write(time.Time{}, now)
	whole.write(time.Time{}, now)
	if x, y := b.contents(), whole.contents(); x != y {
		t.Errorf("finished %s\nin one go %s", x, y)
	}
}
