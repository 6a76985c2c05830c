package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// Names are compared as texts, because their types may differ if another tool made one of the two tables. The
// mark {…::} is replaced by a cast to the type of a column of the table instruments.
const (
	priceUnknown = `WITH unknown AS (
    SELECT instrument, min(line) AS line, count(*) AS rows
    FROM pg_temp.` + stageName + ` s
    WHERE NOT EXISTS (SELECT FROM instruments i WHERE i.instrument::text = s.instrument::text)
    GROUP BY instrument
)
SELECT instrument::text, line, rows, count(*) OVER () FROM unknown ORDER BY line LIMIT $1`

	priceRegister = `INSERT INTO instruments (instrument, kind, quoted_in)
SELECT name{instrument::}, $2::text{kind::}, $3::text{quoted_in::} FROM unnest($1::text[]) name
ON CONFLICT (instrument) DO NOTHING RETURNING instrument::text`

	priceRegisterStaged = `INSERT INTO instruments (instrument, kind, quoted_in)
SELECT DISTINCT instrument::text{instrument::}, $1::text{kind::}, $2::text{quoted_in::} FROM pg_temp.` + stageName + ` s
WHERE NOT EXISTS (SELECT FROM instruments i WHERE i.instrument::text = s.instrument::text)
ON CONFLICT (instrument) DO NOTHING RETURNING instrument::text`
)

// priceTable is the table instrument_prices.
var priceTable = table[desk.Price]{
	relation: relation{
		name: "instrument_prices",
		columns: []column{
			{name: "instrument", family: textual},
			{name: "price_date", family: day},
			{name: "price", family: number},
		},
		keys: 2,
	},
	// If rows go straight into the table, only its foreign key finds unknown instruments.
	refersTo: instrumentTable.name,
	encode: func(c *copyRows, p desk.Price) {
		c.text(p.Instrument)
		c.dateOrNull(p.Date)
		c.number(p.Value)
	},
	describe: func(p desk.Price) string { return fmt.Sprintf("price of %q", p.Instrument) },
}

// PriceUpsert writes prices, all or none. A price replaces the stored one of the same instrument and day.
// Prices of an instrument that is not in the table instruments are refused with a *desk.BadRowsError, and so
// are two different prices of one instrument and day.
func (s *Store) PriceUpsert(ctx context.Context, prices ...desk.Price) (desk.Counts, error) {
	return upsert(ctx, s, priceTable, prices, bulkOptions[desk.Price]{afterStaging: refuseUnknown})
}

// PriceImport writes the prices of a file as PriceUpsert does. If register is not nil, it adds instruments
// that are not in the table instruments, with register's kind and quotation, in the same transaction. It
// returns their names. Instruments that are there already stay as they are.
func (s *Store) PriceImport(ctx context.Context, rows desk.Rows[desk.Price], register *desk.Instrument) (desk.Counts, []string, error) {
	if register == nil {
		counts, err := bulkImport(ctx, s, priceTable, rows, bulkOptions[desk.Price]{afterStaging: refuseUnknown})
		return counts, nil, err
	}
	types, err := s.columnTypes(ctx, instrumentTable.name)
	if err != nil {
		return desk.Counts{}, nil, err
	}
	r := registrar{as: *register, types: types, seen: map[string]bool{}}
	counts, err := bulkImport(ctx, s, priceTable, rows,
		bulkOptions[desk.Price]{beforeCopy: r.registerRows, afterStaging: r.registerStaged})
	if err != nil {
		return desk.Counts{}, nil, err
	}
	return counts, r.added, nil
}

// registrar adds the instruments that prices name, and that are not known yet, to the table instruments.
type registrar struct {
	as    desk.Instrument
	types map[string]string // the types of that table's columns, if another tool made it
	seen  map[string]bool   // the names that have been added or found there
	added []string
}

func (r *registrar) registerRows(ctx context.Context, tx pgx.Tx, prices []desk.Price, _ []int64) error {
	var names []string
	for _, p := range prices {
		if !r.seen[p.Instrument] {
			r.seen[p.Instrument] = true
			names = append(names, p.Instrument)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return r.register(ctx, tx, priceRegister, names, string(r.as.Kind), r.as.QuotedIn)
}

func (r *registrar) registerStaged(ctx context.Context, tx pgx.Tx) error {
	return r.register(ctx, tx, priceRegisterStaged, string(r.as.Kind), r.as.QuotedIn)
}

func (r *registrar) register(ctx context.Context, tx pgx.Tx, statement string, args ...any) error {
	var casts []string
	for _, column := range []string{"instrument", "kind", "quoted_in"} {
		to := ""
		if name, other := r.types[column]; other {
			to = "::" + name
		}
		casts = append(casts, "{"+column+"::}", to)
	}
	rows, err := tx.Query(ctx, strings.NewReplacer(casts...).Replace(statement), args...)
	if err != nil {
		return err
	}
	added, err := pgx.CollectRows(rows, pgx.RowTo[string])
	r.added = append(r.added, added...)
	return err
}

// refuseUnknown returns a *desk.BadRowsError if the stage names unknown instruments. Each has one fault, at the first
// line that names it.
func refuseUnknown(ctx context.Context, tx pgx.Tx) error {
	var name string
	var line, count, unknown int64
	return findStageFaults(ctx, tx, priceUnknown, []any{&name, &line, &count, &unknown}, func() (desk.BadRow, int64) {
		return desk.BadRow{Line: line, Column: "instrument", Value: name, Problem: fmt.Sprintf(
			"not in the table instruments (%s); import instruments first, or say with --kind price or --kind yield what it is", plural(count, "row"))}, unknown
	})
}

// plural returns "1 row" or "12 rows".
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
