package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// hourly returns a computation for each of the hours from the first to the last.
func hourly(first, last int) (all []desk.RiskComputation) {
	for n := first; n <= last; n++ {
		all = append(all, computation(n, 1))
	}
	return all
}

// keptPositions are the hours of the computations whose positions are stored.
func keptPositions(t *testing.T, s *store.Store) []int {
	t.Helper()
	rows, err := s.Pool().Query(t.Context(), `SELECT DISTINCT run_date FROM stress_test_positions ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	times, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err != nil {
		t.Fatal(err)
	}
	var hours []int
	for _, at0 := range times {
		hours = append(hours, int(at0.Sub(at(0, 0, 0)).Hours()))
	}
	return hours
}

// span is the numbers from the first to the last.
func span(first, last int) (all []int) {
	for n := first; n <= last; n++ {
		all = append(all, n)
	}
	return all
}

func TestPositionsOfOldComputationsAreNotKept(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, step := range []struct {
		what  string
		store []desk.RiskComputation
		want  []int
	}{
		{"a few", hourly(100, 104), span(100, 104)},
		{"many more", hourly(105, 150), span(121, 150)},
		{"one more a day later", hourly(151, 151), span(122, 151)},
		{"a past one that was asked for", hourly(7, 7), append([]int{7}, span(122, 151)...)},
		{"the newest again, with other figures", []desk.RiskComputation{computation(151, 3)}, append([]int{7}, span(122, 151)...)},
		{"a backfill of past ones", hourly(20, 69), append(span(40, 69), span(122, 151)...)},
	} {
		if err := s.RiskReplace(t.Context(), step.store, nil, nil); err != nil {
			t.Fatal(err)
		}
		if got := keptPositions(t, s); !slices.Equal(got, step.want) {
			t.Errorf("%s: kept %v, want %v", step.what, got, step.want)
		}
	}
	var results, parts int
	err := s.Pool().QueryRow(t.Context(), `SELECT (SELECT count(*) FROM stress_test_results), (SELECT count(*) FROM stress_test_contributions)`).Scan(&results, &parts)
	if want := 52 + 1 + 50; err != nil || results != want || parts != want {
		t.Errorf("%d results and %d parts by class are kept, want all %d: %v", results, parts, want, err)
	}
	if most := 2 * store.StressPositionsKept; len(keptPositions(t, s)) > most {
		t.Errorf("more than %d computations have positions", most)
	}
}

// A position that can't be priced is null, not zero.
func TestAPositionWithoutAPriceIsStoredAsNull(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	if err := s.RiskReplace(t.Context(), hourly(6, 6), nil, nil); err != nil {
		t.Fatal(err)
	}
	var got string
	err := s.Pool().QueryRow(t.Context(), `SELECT string_agg(concat_ws(' ', instrument, asset_class, weight, coalesce(pnl_pct::text, 'unknown')), ', ' ORDER BY instrument) FROM stress_test_positions`).Scan(&got)
	if want := "DI1F29 Rates 1 unknown, USDBRL FX -1 -1"; err != nil || got != want {
		t.Errorf("stored %q, want %q: %v", got, want, fmt.Sprint(err))
	}
}
