package store_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// manySignals returns signals that all have different keys.
func manySignals(n int) []desk.Signal {
	signals := make([]desk.Signal, n)
	for i := range signals {
		signals[i] = desk.Signal{Strategy: fmt.Sprintf("FX_%d", i%7), Instrument: "USD\t\\N\nBRL", Direction: desk.Long,
			Confidence: 0.5, GeneratedAt: at(0, 0, 0).Add(time.Duration(i) * time.Second)}
	}
	return signals
}

func TestLaterRowsOfAKeyMeetTheEarlierOneHoweverFarApart(t *testing.T) {
	t.Parallel()
	const many = 35_000 // two chunks and a bit
	s := newStore(t)
	different := func(i int) desk.Signal { d := manySignals(i + 1)[i]; d.Direction = desk.Short; return d }
	rows := append(manySignals(many), manySignals(6)[5])
	rows = append(rows, different(5), different(33_000), different(33_001), different(33_000), different(7))
	var bad *desk.BadRowsError
	if _, err := s.SignalImport(t.Context(), rowsOf(rows...)); !errors.As(err, &bad) {
		t.Fatal(err)
	}
	for i, want := range []struct{ first, second int }{{5, many + 1}, {33_000, many + 2}, {33_001, many + 3}, {7, many + 5}} {
		// rowsOf's lines are ten times the row's place, counted from 1.
		if len(bad.Rows) != 4 || bad.Rows[i].Line != int64(10*want.second+10) || !strings.Contains(bad.Rows[i].Problem, fmt.Sprintf("line %d,", 10*want.first+10)) {
			t.Fatalf("%v", bad)
		}
	}
	if n := count(t, s, "strategy_signals"); n != 0 {
		t.Errorf("%d rows were written", n)
	}
	equal := append(manySignals(many), manySignals(20_000)...)
	counts, err := s.SignalImport(t.Context(), rowsOf(equal...))
	if err != nil || counts != (desk.Counts{Inserted: many}) {
		t.Errorf("equal rows: %+v, %v", counts, err)
	}
	if n := count(t, s, "strategy_signals WHERE instrument = E'USD\\t\\\\N\\nBRL'"); n != many {
		t.Errorf("%d rows", n)
	}
}

// Until the planner has counted a table's rows, it may choose plans that take half a minute. Autovacuum would count
// them only a minute later.
func TestThePlannerKnowsALongImportAtOnce(t *testing.T) {
	t.Parallel()
	const many = 12_000
	s := newStore(t)
	var runs []desk.Run
	var states []desk.PortfolioState
	for i := range many {
		runs = append(runs, ended(fmt.Sprint(i), desk.Success))
		states = append(states, desk.PortfolioState{Timestamp: at(0, 0, 0).Add(time.Duration(i/24) * time.Hour), Strategy: fmt.Sprintf("FX_%d", i%24),
			Instrument: "USDBRL", Weight: 0.1, TotalEquity: 100})
	}
	for table, write := range map[string]func() (desk.Counts, error){
		"strategy_signals": func() (desk.Counts, error) { return s.SignalImport(t.Context(), rowsOf(manySignals(many)...)) },
		"pipeline_runs":    func() (desk.Counts, error) { return s.RunImport(t.Context(), rowsOf(runs...)) },
		"portfolio_state": func() (desk.Counts, error) {
			counts, _, err := s.PortfolioStateImport(t.Context(), rowsOf(states...), desk.SnapshotOptions{})
			return counts, err
		},
	} {
		t.Run(table, func(t *testing.T) {
			if counts, err := write(); err != nil || counts.Inserted != many {
				t.Fatalf("%s: %+v, %v", table, counts, err)
			}
			if n := count(t, s, fmt.Sprintf("pg_class WHERE oid = '%s'::regclass AND reltuples = %d", table, many)); n != 1 {
				t.Errorf("the planner does not know how many rows %s has", table)
			}
		})
	}
}

func TestTheEndOfARunWinsHoweverFarApart(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	rows := []desk.Run{running("a"), ended("b", desk.Failed)}
	for i := range 20_000 {
		rows = append(rows, ended(fmt.Sprint(i), desk.Success))
	}
	rows = append(rows, ended("a", desk.Success), running("b"), running("c"))
	counts, err := s.RunImport(t.Context(), rowsOf(rows...))
	if err != nil || counts != (desk.Counts{Inserted: 20_003}) {
		t.Errorf("%+v, %v", counts, err)
	}
	for id, want := range map[string]desk.Status{"a": desk.Success, "b": desk.Failed, "c": desk.Running} {
		if got := stored(t, s, id).Status; got != want {
			t.Errorf("%s is %s", id, got)
		}
	}
}

// The test compares an import with writes into a map. Some rows of the file are stored already, with the same value
// or another, some come twice, and their order is random.
func TestImportsAgreeWithAMap(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 1))
		s := newStore(t)
		withInstruments(t, s, "A", "B")
		key := func() desk.Price { return price([]string{"A", "B"}[random.IntN(2)], 1+random.IntN(40_000), 0) }
		was := map[desk.Price]float64{}
		var before []desk.Price
		for range []int{0, 1, 1000, 15_000}[seed%4] {
			p := key()
			if _, there := was[p]; !there {
				was[p] = float64(random.IntN(3))
				before = append(before, desk.Price{Instrument: p.Instrument, Date: p.Date, Value: was[p]})
			}
		}
		if _, err := s.PriceUpsert(t.Context(), before...); err != nil {
			t.Fatal(err)
		}
		file, want := map[desk.Price]float64{}, desk.Counts{}
		var rows []desk.Price
		// A key comes twice once in so many rows: seldom, so that the first chunk goes straight into the table, or
		// often.
		onceIn := []int{3000, 50}[seed/4]
		for range 25_000 {
			p := key()
			if _, twice := file[p]; twice && random.IntN(onceIn) > 0 {
				continue
			}
			if _, twice := file[p]; !twice {
				file[p] = float64(random.IntN(3))
				switch old, there := was[p]; {
				case !there:
					want.Inserted++
				case old != file[p]:
					want.Updated++
				default:
					want.Unchanged++
				}
			}
			rows = append(rows, desk.Price{Instrument: p.Instrument, Date: p.Date, Value: file[p]})
		}
		got, _, err := s.PriceImport(t.Context(), rowsOf(rows...), nil)
		if err != nil || got != want {
			t.Errorf("seed %d: %+v, %v, want %+v", seed, got, err, want)
		}
		sum, all := 0.0, len(file)
		for _, value := range file {
			sum += value
		}
		for p, value := range was {
			if _, replaced := file[p]; !replaced {
				sum, all = sum+value, all+1
			}
		}
		var total float64
		if err := s.Pool().QueryRow(t.Context(), "SELECT sum(price) FROM instrument_prices").Scan(&total); err != nil || total != sum || count(t, s, "instrument_prices") != all {
			t.Errorf("seed %d: the sum is %v, %v, want %v", seed, total, err, sum)
		}
	}
}

func TestTwoImportsOfOneFileAtOnceAreOne(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	const many = 20_000
	var counts [2]desk.Counts
	var errs [2]error
	var both sync.WaitGroup
	for i := range counts {
		both.Go(func() { counts[i], errs[i] = s.SignalImport(t.Context(), rowsOf(manySignals(many)...)) })
	}
	both.Wait()
	if errs[0] != nil || errs[1] != nil || counts[0].Inserted+counts[1].Inserted != many || counts[0].Unchanged+counts[1].Unchanged != many {
		t.Errorf("%+v, %v", counts, errs)
	}
	if n := count(t, s, "strategy_signals"); n != many {
		t.Errorf("%d rows", n)
	}
}

func TestAFaultAtTheEndOfALongInputTakesItAllBack(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	rows, n := rowsOf(manySignals(20_000)...), 0
	fault := &desk.BadRowsError{Rows: []desk.BadRow{{Line: 1}}}
	_, err := s.SignalImport(t.Context(), func() (int64, desk.Signal, error) {
		line, row, err := rows()
		if n++; errors.Is(err, io.EOF) {
			err = fault
		}
		return line, row, err
	})
	var bad *desk.BadRowsError
	if !errors.As(err, &bad) || bad != fault || n != 20_001 {
		t.Errorf("%d rows read, %v", n, err)
	}
	if n := count(t, s, "strategy_signals"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestUnknownInstrumentsLateInAFile(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	withInstruments(t, s, "A")
	var rows []desk.Price
	for i := range 20_000 {
		rows = append(rows, price("A", 1+i, 1))
	}
	rows = append(rows, price("NEW", 1, 1), price("A", 1, 1), price("NEW", 2, 1))
	_, _, err := s.PriceImport(t.Context(), rowsOf(rows...), nil)
	var bad *desk.BadRowsError
	if !errors.As(err, &bad) || len(bad.Rows) != 1 || bad.Rows[0].Line != 200_010 || !strings.Contains(bad.Rows[0].Problem, "(2 rows)") {
		t.Errorf("%v", err)
	}
	counts, registered, err := s.PriceImport(t.Context(), rowsOf(rows...), &desk.Instrument{Kind: desk.KindPrice, QuotedIn: "USD"})
	if err != nil || counts != (desk.Counts{Inserted: 20_002}) || fmt.Sprint(registered) != "[NEW]" {
		t.Errorf("%+v, %v, %v", counts, registered, err)
	}
}
