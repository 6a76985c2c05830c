package riskrun_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/risk/riskrun"
)

// adopt turns the tables from which risk is computed into tables as another tool may have made them: without keys and
// constraints, with nulls everywhere, and with numbers of type numeric.
func adopt(t *testing.T, s *store.Store) {
	t.Helper()
	for _, statement := range []string{
		`ALTER TABLE instrument_prices DROP CONSTRAINT IF EXISTS instrument_prices_instrument_fkey`,
		`DO $$ DECLARE c record; BEGIN
			FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE conrelid IN ('portfolio_state'::regclass, 'instruments'::regclass, 'instrument_prices'::regclass)
				AND contype IN ('c', 'p', 'f', 'u') ORDER BY contype = 'p' LOOP
				EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I CASCADE', c.t, c.conname);
			END LOOP;
			FOR c IN SELECT attrelid::regclass AS t, attname FROM pg_attribute WHERE attrelid IN ('portfolio_state'::regclass, 'instruments'::regclass, 'instrument_prices'::regclass)
				AND attnum > 0 AND attnotnull LOOP
				EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', c.t, c.attname);
			END LOOP;
			FOR c IN SELECT tgrelid::regclass AS t, tgname FROM pg_trigger WHERE tgrelid IN ('portfolio_state'::regclass, 'instruments'::regclass, 'instrument_prices'::regclass) AND NOT tgisinternal LOOP
				EXECUTE format('DROP TRIGGER %I ON %s', c.tgname, c.t);
			END LOOP;
		END $$`,
		`ALTER TABLE portfolio_state ALTER weight TYPE numeric, ALTER total_equity TYPE numeric`,
		`ALTER TABLE instrument_prices ALTER price TYPE numeric`,
		`ALTER TABLE instruments ALTER tenor_years TYPE numeric, ALTER coupon_pct TYPE numeric, ALTER modified_duration TYPE numeric`,
	} {
		if _, err := s.Pool().Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// badValues returns values, as SQL, that can't be used in a column of the given kind.
func badValues(kind string) []string {
	switch kind {
	case "name":
		return []string{"NULL", "''"}
	case "time":
		return []string{"NULL", "'infinity'", "'-infinity'", "'0800-01-01'", "'12000-01-01'"}
	case "figure": // may be null
		return []string{"'NaN'", "'Infinity'", "'-Infinity'", "-1", "1e400"}
	case "word":
		return []string{"NULL", "''", "'bond'"}
	}
	return []string{"NULL", "'NaN'", "'Infinity'", "'-Infinity'", "1e400", "-1e60"}
}

// Each column of each table that risk reads gets each value that can't be used, in a row beside the good rows. The figures
// must stay as they are with the good rows alone, and the notes must name the value.
func TestARowThatCannotBeUsedIsLeftOutAndNamed(t *testing.T) {
	t.Parallel()
	for _, table := range []struct {
		name    string
		columns []string // each with its kind and the value that it has in a good row
	}{
		{"portfolio_state", []string{`"timestamp" time $1::timestamptz`, "strategy_id name 'FX_9'", "instrument name 'B'", "weight number 0.5", "total_equity number 101"}},
		{"instrument_prices", []string{"instrument name 'A'", "price_date time ($1::timestamptz - interval '6 days')::date", "price number 10"}},
		{"instruments", []string{"instrument name 'A'", "kind word 'price'", "quoted_in unit 'BRL per unit'", "maturity day NULL",
			"tenor_years figure NULL", "coupon_pct figure NULL", "modified_duration figure NULL"}},
	} {
		t.Run(table.name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			times := storeDesk(t, s, 120, 3, day(162))
			adopt(t, s)
			last := times[2]
			runner := riskrun.New(s, settings(), riskrun.Options{})
			want, err := runner.AsOf(t.Context(), last)
			if err != nil {
				t.Fatal(err)
			}
			for n := range table.columns {
				var names, values []string
				var column, kind string
				for m, text := range table.columns {
					parts := strings.SplitN(text, " ", 3)
					names, values = append(names, parts[0]), append(values, parts[2])
					if m == n {
						column, kind = strings.Trim(parts[0], `"`), parts[1]
					}
				}
				bad := badValues(kind)
				switch kind {
				case "day":
					bad = []string{"'infinity'", "'0800-01-01'"}
				case "unit":
					bad = []string{"NULL", "''"}
				}
				for _, value := range bad {
					values[n] = value
					label := fmt.Sprintf("%s.%s = %s", table.name, column, value)
					insert := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM (SELECT $1::timestamptz) given", table.name, strings.Join(names, ", "), strings.Join(values, ", "))
					tx := func(sql string, args ...any) {
						if _, err := s.Pool().Exec(t.Context(), sql, args...); err != nil {
							t.Fatalf("%s: %v", label, err)
						}
					}
					tx("CREATE TABLE kept AS SELECT * FROM " + table.name)
					tx(insert, last)
					got, err := runner.AsOf(t.Context(), last)
					if err != nil {
						t.Errorf("%s: %v", label, err)
					} else {
						said := false
						for _, note := range got.Notes {
							said = said || note.Kind == "left out" && strings.Contains(note.Text, table.name+" has 1 value that can't be used (") && strings.Contains(note.Text, ": "+column+" is ")
						}
						if !said {
							t.Errorf("%s is not named: %+v", label, got.Notes)
						}
						if got.Metric != want.Metric || got.Inputs.RowsDigest != want.Inputs.RowsDigest {
							t.Errorf("%s: %+v, want %+v", label, got.Metric, want.Metric)
						}
					}
					tx("DELETE FROM " + table.name)
					tx("INSERT INTO " + table.name + " SELECT * FROM kept")
					tx("DROP TABLE kept")
				}
			}
		})
	}
}

// The newest snapshot is the newest one that has a time. Otherwise a row with the time infinity would be the newest for ever.
func TestFollowIsNotHeldUpByRowsWithoutATime(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 120, 2, day(162))
	adopt(t, s)
	for _, stamp := range []string{"'infinity'", "NULL", "'-infinity'"} {
		if _, err := s.Pool().Exec(t.Context(), `INSERT INTO portfolio_state VALUES (`+stamp+`, 'FX_1', 'A', 0.1, 100)`); err != nil {
			t.Fatal(err)
		}
	}
	results := following(t, s, 2, nil)
	if r := next(t, results); len(r.Computed) != 2 || !r.Computed[1].Equal(times[1]) {
		t.Errorf("computed %+v", r)
	}
}

// A snapshot of the far future must not be the newest one until that time.
func TestFollowWaitsUntilASnapshotIsDue(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 120, 2, day(162))
	for _, later := range []time.Duration{30 * time.Hour, 366 * 24 * time.Hour, 40 * 365 * 24 * time.Hour} {
		put(t, s, nil, nil, []desk.PortfolioState{{Timestamp: times[1].Add(later), Strategy: "FX_1", Instrument: "A", Weight: 0.1, TotalEquity: 100}})
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	results := make(chan riskrun.Result, 1)
	go func() {
		_ = riskrun.New(s, settings(), riskrun.Options{}).Follow(ctx, riskrun.FollowOptions{
			FirstDays: 2, Now: func() time.Time { return times[1] }, Done: func(r riskrun.Result) { results <- r }})
	}()
	if r := next(t, results); len(r.Computed) != 2 || !r.Computed[1].Equal(times[1]) {
		t.Errorf("computed %+v", r)
	}
}

func TestManyValuesThatCannotBeUsedAreCounted(t *testing.T) {
	t.Parallel()
	var all []desk.LeftOut
	for n := range 9 {
		all = append(all, desk.LeftOut{Table: "portfolio_state", Key: fmt.Sprintf("strategy_id FX_%d", n), Column: "weight", Value: "NaN", Problem: "a number is needed"})
	}
	if got := desk.LeftOutSentence(all); !strings.HasPrefix(got, "portfolio_state has 9 values that can't be used (strategy_id FX_0: weight is NaN, but a number is needed | ") || !strings.HasSuffix(got, "and 4 more).") {
		t.Error(got)
	}
}
