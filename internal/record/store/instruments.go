package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const instrumentList = `SELECT instrument, kind, quoted_in, coalesce(asset_class, ''), maturity, tenor_years, coupon_pct, modified_duration
FROM {instruments} i ORDER BY instrument`

// instrumentTable is the table instruments.
var instrumentTable = table[desk.Instrument]{
	relation: relation{
		name: "instruments",
		columns: []column{
			{name: "instrument", family: textual},
			{name: "kind", family: textual, labels: []string{"price", "yield"}},
			{name: "quoted_in", family: textual},
			{name: "asset_class", family: textual},
			{name: "maturity", family: day},
			{name: "tenor_years", family: number},
			{name: "coupon_pct", family: number},
			{name: "modified_duration", family: number},
		},
		keys: 1,
	},
	encode: func(c *copyRows, i desk.Instrument) {
		c.text(i.Name)
		c.text(string(i.Kind))
		c.text(i.QuotedIn)
		c.textOrNull(i.AssetClass)
		c.dateOrNull(i.Maturity)
		c.numberOrNull(i.TenorYears)
		c.numberOrNull(i.CouponPct)
		c.numberOrNull(i.ModifiedDuration)
	},
	describe: func(i desk.Instrument) string { return fmt.Sprintf("instrument %q", i.Name) },
}

// InstrumentUpsert writes instruments, all or none. A row replaces the whole stored row of the same
// instrument: what the new row leaves out is no longer known. Two different rows of one instrument are
// refused with a *desk.BadRowsError.
func (s *Store) InstrumentUpsert(ctx context.Context, instruments ...desk.Instrument) (desk.Counts, error) {
	return upsert(ctx, s, instrumentTable, instruments, bulkOptions[desk.Instrument]{})
}

// InstrumentImport writes the instruments of a file as InstrumentUpsert does.
func (s *Store) InstrumentImport(ctx context.Context, rows desk.Rows[desk.Instrument]) (desk.Counts, error) {
	return bulkImport(ctx, s, instrumentTable, rows, bulkOptions[desk.Instrument]{})
}

// InstrumentList returns all instruments, sorted by name.
func (s *Store) InstrumentList(ctx context.Context) ([]desk.Instrument, error) {
	rows, err := s.db().Query(ctx, s.usable(instrumentList))
	if err != nil {
		return nil, fmt.Errorf("read instruments: %w", translate(err))
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (desk.Instrument, error) {
		var i desk.Instrument
		var kind string
		var maturity *time.Time
		err := row.Scan(&i.Name, &kind, &i.QuotedIn, &i.AssetClass, &maturity, &i.TenorYears, &i.CouponPct, &i.ModifiedDuration)
		i.Kind = desk.Kind(kind)
		if maturity != nil {
			i.Maturity = *maturity
		}
		return i, err
	})
	if err != nil {
		return nil, fmt.Errorf("read instruments: %w", translate(err))
	}
	return all, nil
}
