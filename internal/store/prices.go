package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	priceUnknown = `WITH unknown AS (
    SELECT instrument, min(line) AS line, count(*) AS rows
    FROM pg_temp.` + stageName + ` s
    WHERE NOT EXISTS (SELECT FROM instruments i WHERE i.instrument = s.instrument)
    GROUP BY instrument
)
SELECT instrument, line, rows, count(*) OVER () FROM unknown ORDER BY line LIMIT $1`

	priceRegister = `INSERT INTO instruments (instrument, kind, quoted_in)
SELECT DISTINCT instrument, $1::text, $2::text FROM pg_temp.` + stageName + ` s
WHERE NOT EXISTS (SELECT FROM instruments i WHERE i.instrument = s.instrument)
ON CONFLICT (instrument) DO NOTHING RETURNING instrument`
)

// priceTable is instrument_prices as imports write it.
var priceTable = bulkTable[desk.Price]{
	name:    "instrument_prices",
	columns: []bulkColumn{{"instrument", "text"}, {"price_date", "date"}, {"price", "float8"}},
	key:     []string{"instrument", "price_date"},
	values:  func(p desk.Price) []any { return []any{p.Instrument, p.Date, p.Value} },
}

// PriceUpsert writes prices, all or none; a price replaces that of the same instrument and day.
// Prices of an instrument that is not in instruments, and two different prices of one instrument
// and day, are refused with a *desk.BadRowsError.
func (s *Store) PriceUpsert(ctx context.Context, prices ...desk.Price) (desk.Counts, error) {
	for _, p := range prices {
		if err := p.Validate(); err != nil {
			return desk.Counts{}, fmt.Errorf("price of %q: %w", p.Instrument, err)
		}
	}
	counts, _, err := s.PriceImport(ctx, list(prices), nil)
	return counts, err
}

// PriceImport writes the prices of a file as PriceUpsert does. With register, an instrument that is
// not in instruments is added there with register's kind and quotation, in the same transaction,
// and its name is returned; those that are there stay as they are.
func (s *Store) PriceImport(ctx context.Context, rows desk.Rows[desk.Price], register *desk.Instrument) (desk.Counts, []string, error) {
	var registered []string
	counts, err := bulkWrite(ctx, s, priceTable, rows, func(tx pgx.Tx) error {
		if register == nil {
			return refuseUnknown(ctx, tx)
		}
		added, err := tx.Query(ctx, priceRegister, string(register.Kind), register.QuotedIn)
		if err != nil {
			return err
		}
		registered, err = pgx.CollectRows(added, pgx.RowTo[string])
		return err
	})
	if err != nil {
		return desk.Counts{}, nil, err
	}
	return counts, registered, nil
}

// refuseUnknown returns a *desk.BadRowsError if the stage names instruments that are not known,
// one fault for each, at the line where it first stands.
func refuseUnknown(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, priceUnknown, desk.MaxBadRows)
	if err != nil {
		return err
	}
	bad := &desk.BadRowsError{}
	var name string
	var line, count, unknown int64
	_, err = pgx.ForEachRow(rows, []any{&name, &line, &count, &unknown}, func() error {
		bad.Add(desk.BadRow{Line: line, Column: "instrument", Value: name, Problem: fmt.Sprintf(
			"not in the table instruments (%s); import instruments first, or say with --kind price or --kind yield what it is", plural(count, "row"))})
		bad.More = unknown - int64(len(bad.Rows))
		return nil
	})
	if err != nil {
		return err
	}
	if unknown > 0 {
		return bad
	}
	return nil
}

// plural makes "1 row" or "12 rows".
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
