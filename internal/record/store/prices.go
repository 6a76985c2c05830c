package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// Names are compared as texts: where another tool made one of the two tables their types may differ.
// {…::} are casts to the types that the columns of instruments have.
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

// priceTable is instrument_prices as imports write it.
var priceTable = bulkTable[desk.Price]{
	name:    "instrument_prices",
	columns: []bulkColumn{{"instrument", "text"}, {"price_date", "date"}, {"price", "float8"}},
	keys:    2,
	// Straight into the table the foreign key tells of unknown instruments.
	refersTo: instrumentTable.name,
	encode: func(c *copyText, p desk.Price) {
		c.text(p.Instrument)
		c.dateOrNull(p.Date)
		c.number(p.Value)
	},
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
	return bulkUpsert(ctx, s, priceTable, prices, false, bulkHooks[desk.Price]{afterStaging: refuseUnknown})
}

// PriceImport writes the prices of a file as PriceUpsert does. With register, an instrument that is
// not in instruments is added there with register's kind and quotation, in the same transaction,
// and its name is returned; those that are there stay as they are.
func (s *Store) PriceImport(ctx context.Context, rows desk.Rows[desk.Price], register *desk.Instrument) (desk.Counts, []string, error) {
	hooks := bulkHooks[desk.Price]{afterStaging: refuseUnknown}
	var r registry
	if register != nil {
		types, err := s.columnTypes(ctx, instrumentTable.name)
		if err != nil {
			return desk.Counts{}, nil, err
		}
		r = registry{as: *register, types: types, seen: map[string]bool{}}
		hooks = bulkHooks[desk.Price]{beforeCopy: r.registerRows, afterStaging: r.registerStaged}
	}
	counts, err := bulkImport(ctx, s, priceTable, rows, false, hooks)
	if err != nil {
		return desk.Counts{}, nil, err
	}
	return counts, r.added, nil
}

// registry adds the unknown instruments of prices to instruments.
type registry struct {
	as    desk.Instrument
	types map[string]string // of the columns of instruments, where another tool made it
	seen  map[string]bool
	added []string
}

func (r *registry) registerRows(ctx context.Context, tx pgx.Tx, prices []desk.Price) error {
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

func (r *registry) registerStaged(ctx context.Context, tx pgx.Tx) error {
	return r.register(ctx, tx, priceRegisterStaged, string(r.as.Kind), r.as.QuotedIn)
}

func (r *registry) register(ctx context.Context, tx pgx.Tx, statement string, args ...any) error {
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

// refuseUnknown returns a *desk.BadRowsError if the stage names instruments that are not known,
// one fault for each, at the line where it first stands.
func refuseUnknown(ctx context.Context, tx pgx.Tx) error {
	var name string
	var line, count, unknown int64
	return findStageFaults(ctx, tx, priceUnknown, []any{&name, &line, &count, &unknown}, func() (desk.BadRow, int64) {
		return desk.BadRow{Line: line, Column: "instrument", Value: name, Problem: fmt.Sprintf(
			"not in the table instruments (%s); import instruments first, or say with --kind price or --kind yield what it is", plural(count, "row"))}, unknown
	})
}

// plural makes "1 row" or "12 rows".
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
