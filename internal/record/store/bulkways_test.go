package store_test

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// Rows reach macrowatch's own tables in COPY's binary format. The server must have read the same values from it as it reads
// from texts.
func TestImportedValuesAreThoseOfTheirTexts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(14, 5))
	s := newStore(t)
	names := []string{"plain", "tab\tand\\N", "line\nbreaks\r\n", "日本 é", `"quoted", 'and' \.`, "x"}
	for _, year := range []int{1000, 1582, 1899, 1969, 1999, 2000, 2026, 9999} {
		var signals []desk.Signal
		var prices []desk.Price
		var states []desk.PortfolioState
		for i := range 20 {
			when := time.Date(year, time.Month(1+random.IntN(12)), 1+random.IntN(28), random.IntN(24), 0, random.IntN(60), random.IntN(1e9), time.FixedZone("", random.IntN(50_000)-25_000))
			name, number := fmt.Sprint(names[random.IntN(len(names))], i), (random.Float64()-0.5)*[]float64{1, 1e-300, 1e300, 0}[i%4]
			strength := random.Float64()
			signals = append(signals, desk.Signal{Strategy: name, Instrument: "X", Direction: desk.Long, Confidence: strength, GeneratedAt: when, Strength: []*float64{nil, &strength}[i%2]})
			prices = append(prices, price(name, when.YearDay()+400*i, number))
			states = append(states, desk.PortfolioState{Timestamp: when, Strategy: name, Instrument: "X", Weight: number, TotalEquity: number})
		}
		_, err := s.SignalImport(t.Context(), rowsOf(signals...))
		_, _, err2 := s.PriceImport(t.Context(), rowsOf(prices...), &desk.Instrument{Kind: desk.KindPrice, QuotedIn: "USD"})
		_, _, err3 := s.PortfolioStateImport(t.Context(), rowsOf(states...), desk.SnapshotOptions{})
		if err := errors.Join(err, err2, err3); err != nil {
			t.Fatal(err)
		}
		text := func(at time.Time) string { return at.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano) }
		for i := range signals {
			g, p, b := signals[i], prices[i], states[i]
			var strength any
			if g.Strength != nil {
				strength = fmt.Sprint(*g.Strength)
			}
			for sql, args := range map[string][]any{
				`strategy_signals WHERE strategy_id = $1 AND generated_at = $2::text::timestamptz AND confidence = $3::text::float8 AND strength IS NOT DISTINCT FROM $4::text::float8`: {
					g.Strategy, text(g.GeneratedAt), fmt.Sprint(g.Confidence), strength},
				`instrument_prices WHERE instrument = $1 AND price_date = $2::text::date AND price = $3::text::float8`: {
					p.Instrument, p.Date.Format(time.DateOnly), fmt.Sprint(p.Value)},
				`portfolio_state WHERE strategy_id = $1 AND "timestamp" = $2::text::timestamptz AND weight = $3::text::float8 AND total_equity = weight`: {
					b.Strategy, text(b.Timestamp), fmt.Sprint(b.Weight)},
			} {
				var found int
				if err := s.Pool().QueryRow(t.Context(), "SELECT count(*) FROM "+sql, args...).Scan(&found); err != nil || found != 1 {
					t.Errorf("%d rows of %q, %v", found, args, err)
				}
			}
		}
	}
}

// The keys and lines of the rows that went straight into the table are kept in a file when they are many. If there can be no
// file, the server keeps them.
func TestALongTrailIsKeptInAFileOrOnTheServer(t *testing.T) {
	const many = 150_000 // keys of more than the 4 MiB that stay in memory
	for name, folder := range map[string]string{"in a file": "", "on the server": filepath.Join(t.TempDir(), "missing")} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			if folder != "" {
				t.Setenv("TMPDIR", folder)
			}
			rows := manySignals(many)
			again, other := rows[7], rows[many-2]
			other.Direction = desk.Short
			_, err := s.SignalImport(t.Context(), rowsOf(append(rows, again, other)...))
			var bad *desk.BadRowsError
			if !errors.As(err, &bad) || len(bad.Rows) != 1 || bad.Rows[0].Line != 10*(many+2) || !strings.Contains(bad.Rows[0].Problem, fmt.Sprintf("line %d,", 10*(many-1))) {
				t.Errorf("%v", err)
			}
			if n := count(t, s, "strategy_signals"); n != 0 {
				t.Errorf("%d rows", n)
			}
			counts, err := s.SignalImport(t.Context(), rowsOf(append(rows, again)...))
			if err != nil || counts != (desk.Counts{Inserted: many}) {
				t.Errorf("%+v, %v", counts, err)
			}
		})
	}
}

// The test compares imports of snapshots with writes into a map: the counts, the table, and what the report says of snapshots
// that keep stored rows. The files are ordered by time or not. What is stored before has keys of the file, or only other ones,
// so that all rows go straight into the table.
func TestSnapshotImportsAgreeWithAMap(t *testing.T) {
	t.Parallel()
	type key struct {
		hour     int
		strategy string
	}
	for seed := range 8 {
		random := rand.New(rand.NewPCG(uint64(seed), 2))
		sorted, conflicts := seed%2 == 0, seed%4 < 2
		row := func(k key, weight float64) desk.PortfolioState {
			return state(k.hour, k.strategy, weight, float64(1+k.hour))
		}
		s := newStore(t)
		want, stored := map[key]float64{}, []desk.PortfolioState{}
		for range []int{300, 0}[seed/7] {
			k := key{random.IntN(500), fmt.Sprint("kept ", random.IntN(3))}
			if conflicts && random.IntN(10) == 0 {
				k.strategy = fmt.Sprint(random.IntN(100))
			}
			if _, twice := want[k]; !twice {
				want[k] = float64(random.IntN(3))
				stored = append(stored, row(k, want[k]))
			}
		}
		if _, err := s.PortfolioStateUpsert(t.Context(), stored...); err != nil {
			t.Fatal(err)
		}
		var file []desk.PortfolioState
		var counts desk.Counts
		times, inFile := map[int]bool{}, map[key]bool{}
		for n := range 40_000 {
			k := key{n / 100, fmt.Sprint(n % 100)}
			if random.IntN(20) == 0 {
				continue
			}
			weight := float64(random.IntN(3))
			switch was, there := want[k]; {
			case !there:
				counts.Inserted++
			case was != weight:
				counts.Updated++
			default:
				counts.Unchanged++
			}
			want[k], times[k.hour], inFile[k] = weight, true, true
			file = append(file, row(k, weight))
		}
		if !sorted {
			random.Shuffle(len(file), func(i, j int) { file[i], file[j] = file[j], file[i] })
		}
		kept := map[int]int64{}
		for k := range want {
			if times[k.hour] && !inFile[k] {
				kept[k.hour]++
			}
		}
		var wantKept []desk.KeptRows
		for hour, rows := range kept {
			wantKept = append(wantKept, desk.KeptRows{At: at(hour, 0, 0), Rows: rows})
		}
		slices.SortFunc(wantKept, func(a, b desk.KeptRows) int { return cmp.Or(a.At.Compare(b.At), 0) })
		got, report, err := s.PortfolioStateImport(t.Context(), rowsOf(file...), desk.SnapshotOptions{})
		if err != nil || got != counts || report.Snapshots != int64(len(kept)) || len(report.Kept) != min(5, len(kept)) {
			t.Fatalf("seed %d: %+v, %+v, %v, want %+v and %d snapshots", seed, got, report, err, counts, len(kept))
		}
		for i, k := range report.Kept {
			if !k.At.Equal(wantKept[i].At) || k.Rows != wantKept[i].Rows {
				t.Errorf("seed %d: kept %+v, want %+v", seed, k, wantKept[i])
			}
		}
		sum := 0.0
		for _, weight := range want {
			sum += weight
		}
		var found float64
		if err := s.Pool().QueryRow(t.Context(), "SELECT sum(weight) FROM portfolio_state").Scan(&found); err != nil || found != sum || count(t, s, "portfolio_state") != len(want) {
			t.Errorf("seed %d: the sum is %v, %v, want %v", seed, found, err, sum)
		}
	}
}

// Two files at once have a part in common. No row is lost or comes twice, and neither import fails.
func TestTwoImportsOfOverlappingFilesAtOnce(t *testing.T) {
	t.Parallel()
	const many, part = 60_000, 40_000
	s := newStore(t)
	all := manySignals(many)
	files := [2][]desk.Signal{slices.Clone(all[:part]), slices.Clone(all[many-part:])}
	for i := range files[1] {
		files[1][i].Confidence = 0.75
	}
	var counts [2]desk.Counts
	var errs [2]error
	var both sync.WaitGroup
	for i := range files {
		both.Go(func() { counts[i], errs[i] = s.SignalImport(t.Context(), rowsOf(files[i]...)) })
	}
	both.Wait()
	if errs[0] != nil || errs[1] != nil || counts[0].Inserted+counts[1].Inserted != many || counts[0].Updated+counts[1].Updated != 2*part-many {
		t.Errorf("%+v, %v", counts, errs)
	}
	last, ours := 0.5, 2*part-many // whose rows the common part has
	if counts[1].Updated > 0 {
		last = 0.75
	}
	if n := count(t, s, "strategy_signals"); n != many {
		t.Errorf("%d rows", n)
	}
	common := fmt.Sprintf("strategy_signals WHERE confidence = %v AND generated_at >= '%s' AND generated_at < '%s'", last,
		all[many-part].GeneratedAt.Format(time.RFC3339), all[part].GeneratedAt.Format(time.RFC3339))
	if n := count(t, s, common); n != ours {
		t.Errorf("%d of the common rows are of the second import, want %d", n, ours)
	}
}
