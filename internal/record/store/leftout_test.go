package store_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// The queries must not contain a character that the encoding of a database lacks.
func TestRowsAreLeftOutInDatabasesOfEveryEncoding(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"LATIN1", "LATIN2", "KOI8R", "SQL_ASCII", "WIN1252", "UTF8"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, pgtest.EncodedURL(t, encoding), store.Options{})
			const tables = `CREATE TABLE portfolio_state ("timestamp" timestamptz, strategy_id text, instrument text, weight float8, total_equity float8);
INSERT INTO portfolio_state VALUES ('2026-03-02 21:00Z', 'FX_1', 'USDBRL', 'NaN', 100), ('20260-03-02 21:00Z', 'FX_1', 'USDBRL', 0.5, 100);
CREATE TABLE instrument_prices (instrument text, price_date date, price numeric);
INSERT INTO instrument_prices VALUES ('USDBRL', '2026-03-02', repeat('9', 60)::numeric)`
			if _, err := s.Pool().Exec(t.Context(), tables); err != nil {
				t.Fatal(err)
			}
			if err := store.Migrate(t.Context(), s.Pool()); err != nil {
				t.Fatal(err)
			}
			from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
			found, err := s.LeftOut(t.Context(), from, from.AddDate(0, 0, 7), []string{"USDBRL"})
			if err != nil {
				t.Fatal(err)
			}
			var values []string
			for _, l := range found {
				values = append(values, l.Column+" "+l.Value)
			}
			if got, want := strings.Join(values, ", "), "weight NaN, timestamp 20260-03-02 21:00:00..., price "+strings.Repeat("9", 20)+"..."; got != want {
				t.Errorf("left out are %s; want %s", got, want)
			}
		})
	}
}
