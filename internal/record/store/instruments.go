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

// instrumentTable is instruments as imports write it.
var instrumentTable = bulkTable[desk.Instrument]{
	name: "instruments",
	columns: []bulkColumn{
		{"instrument", "text"}, {"kind", "text"}, {"quoted_in", "text"}, {"asset_class", "text"}, {"maturity", "date"},
		{"tenor_years", "float8"}, {"coupon_pct", "float8"}, {"modified_duration", "float8"},
	},
	keys: 1,
	encode: func(c *copyText, i desk.Instrument) {
		c.text(i.Name)
		c.text(string(i.Kind))
		c.text(i.QuotedIn)
		c.textOrNull(i.AssetClass)
		c.dateOrNull(i.Maturity)
		c.numberOrNull(i.TenorYears)
		c.numberOrNull(i.CouponPct)
		c.numberOrNull(i.ModifiedDuration)
	},
}

// InstrumentUpsert writes instruments, all or none. A row replaces the whole row of the same
// instrument: what it does not say is not known any more. Two different rows of one instrument are
// refused with a *desk.BadRowsError.
func (s *Store) InstrumentUpsert(ctx context.Context, instruments ...desk.Instrument) (desk.Counts, error) {
	for _, i := range instruments {
		if err := i.Validate(); err != nil {
			return desk.Counts{}, fmt.Errorf("instrument %q: %w", i.Name, err)
		}
	}
	return bulkUpsert(ctx, s, instrumentTable, instruments, false, bulkHooks[desk.Instrument]{})
}

// InstrumentImport writes the instruments of a file as InstrumentUpsert does.
func (s *Store) InstrumentImport(ctx context.Context, rows desk.Rows[desk.Instrument]) (desk.Counts, error) {
	return bulkImport(ctx, s, instrumentTable, rows, false, bulkHooks[desk.Instrument]{})
}

// InstrumentList gives all instruments by name.
func (s *Store) InstrumentList(ctx context.Context) ([]desk.Instrument, error) {
	rows, err := s.pool.Query(ctx, usable(instrumentList))
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
