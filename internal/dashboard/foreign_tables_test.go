package dashboard

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Tables that another tool made may have other types that mean the same, and no key.
func TestDeskPanelsReadTablesOfOtherTypes(t *testing.T) {
	t.Parallel()
	r := madeUp(t, 6, "2024-01-01", 120)
	for i := range r.states { // numeric(12,6) keeps no more
		r.states[i].Weight = float64(int64(r.states[i].Weight*1e6)) / 1e6
		r.states[i].TotalEquity = float64(int64(r.states[i].TotalEquity*1e6)) / 1e6
	}
	for i := range r.signals {
		r.signals[i].Confidence = float64(int64(r.signals[i].Confidence*1e6)) / 1e6
	}
	db := newDatabase(t, "Asia/Tokyo")
	for _, statement := range []string{
		"DROP TABLE strategy_signals", "DROP TABLE portfolio_state", // alone, as TimescaleDB wants it
		"DROP TABLE instrument_prices, instruments",
		"CREATE TYPE direction AS ENUM ('NEUTRAL', 'SHORT', 'LONG')",
		`CREATE TABLE strategy_signals (strategy_id varchar(40), instrument varchar(40), direction direction,
			strength real, confidence numeric(12,6), generated_at timestamptz)`,
		`CREATE TABLE portfolio_state ("timestamp" timestamptz, strategy_id varchar(40), instrument varchar(40), weight numeric(12,6), total_equity numeric(18,6))`,
		"CREATE TYPE asset_class AS ENUM ('Rates', 'Commodities', ' ')",
		"CREATE TABLE instruments (instrument varchar(40), kind varchar(40), quoted_in varchar(40), asset_class asset_class)",
		"CREATE TABLE instrument_prices (instrument varchar(40), price_date date, price numeric)",
	} {
		db.exec(statement)
	}
	db.fillByText(r)
	db.exec("INSERT INTO instruments SELECT * FROM instruments") // twice the same
	last := r.states[len(r.states)-1].Timestamp
	for _, days := range []int{7, 60, 400} {
		over := span{last.AddDate(0, 0, -days), last}
		agreePortfolio(db, r, over)
		agreeSignals(db, r, over)
	}
}

// fillByText inserts rows with values that the server casts to its columns' types.
func (d *database) fillByText(r rows) {
	d.t.Helper()
	var all pgx.Batch
	for _, s := range r.signals {
		all.Queue("INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at) VALUES ($1, $2, $3::text::direction, $4::float8::numeric, $5)",
			s.Strategy, s.Instrument, string(s.Direction), s.Confidence, s.GeneratedAt)
	}
	for _, s := range r.states {
		all.Queue("INSERT INTO portfolio_state VALUES ($1, $2, $3, $4::float8::numeric, $5::float8::numeric)", s.Timestamp, s.Strategy, s.Instrument, s.Weight, s.TotalEquity)
	}
	for _, i := range r.instruments {
		all.Queue("INSERT INTO instruments VALUES ($1, $2, $3, $4::text::asset_class)", i.Name, string(i.Kind), i.QuotedIn, nullIfEmpty(i.AssetClass))
	}
	if err := d.conn.SendBatch(context.Background(), &all).Close(); err != nil {
		d.t.Fatal(err)
	}
}
