package intake_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
)

// checkingStore checks each row that it is given as the database would, and keeps none.
type checkingStore struct {
	intake.Store
	t *testing.T
}

// checked reads all rows. A row that can't be stored must not come this far.
func checked[R interface{ Validate() error }](t *testing.T, rows desk.Rows[R]) (c desk.Counts, err error) {
	t.Helper()
	for {
		_, row, err := rows()
		switch {
		case errors.Is(err, io.EOF):
			return c, nil
		case err != nil:
			return c, err
		}
		if err := row.Validate(); err != nil {
			t.Errorf("the row %+v came through: %v", row, err)
		}
		c.Inserted++
	}
}

func (s checkingStore) RunImport(_ context.Context, rows desk.Rows[desk.Run]) (desk.Counts, error) {
	return checked(s.t, rows)
}

func (s checkingStore) SignalImport(_ context.Context, rows desk.Rows[desk.Signal]) (desk.Counts, error) {
	return checked(s.t, rows)
}

func (s checkingStore) InstrumentImport(_ context.Context, rows desk.Rows[desk.Instrument]) (desk.Counts, error) {
	return checked(s.t, rows)
}

func (s checkingStore) PriceImport(_ context.Context, rows desk.Rows[desk.Price], _ *desk.Instrument) (desk.Counts, []string, error) {
	c, err := checked(s.t, rows)
	return c, nil, err
}

func (checkingStore) InstrumentList(context.Context) ([]desk.Instrument, error) { return nil, nil }

func (checkingStore) PricesBefore(context.Context, map[string]time.Time) (map[string]desk.Price, error) {
	return nil, nil
}

// FuzzImport reads any file as CSV or JSON Lines, plain or packed. It must end, must say where each fault is, and must give
// only rows that can be stored.
func FuzzImport(f *testing.F) {
	f.Add("pipeline-runs", "runs.csv", []byte("run_id,step_name,status,started_at\na,fred,RUNNING,2026-03-02T09:00:00Z\n"))
	f.Add("pipeline-runs", "-", []byte(`{"run_id":"a","step_name":"fred","status":"FAILED","started_at":"2026-03-02 09:00:00-03","error_message":"x"}`))
	f.Add("signals", "s.csv", []byte("\ufeffsignal_date,strategy_id,signal_time,direction,confidence\r\n2026-03-02,FX_A,2026-03-02T09:00:00Z,long,\"0.5\"\r\n"))
	f.Add("prices", "p.csv", []byte("date,instrument,price\n2020-04-20,WTI,-37.63\n2020-04-21,WTI,1.001e1\n"))
	f.Add("prices", "p.csv", []byte("date;A;B\n20/04/2020;1,5;\n"))
	f.Add("instruments", "i.jsonl", []byte(`{"instrument":"NTNB35","kind":"yield","quoted_in":"percent","maturity":"2035-05-15"}`))
	f.Add("prices", "p.csv", []byte("date,instrument,price\n\"2020-04-20,WTI,1\n"))
	f.Fuzz(func(t *testing.T, kind, name string, text []byte) {
		result, err := intake.Import(t.Context(), checkingStore{t: t}, kind, strings.NewReader(string(text)), name, intake.Options{Words: desk.BuiltInWords()})
		var bad *intake.BadRowsError
		switch {
		case errors.As(err, &bad):
			for _, row := range bad.Rows {
				if row.Line < 1 || row.Problem == "" {
					t.Errorf("%q: the fault %+v", text, row)
				}
			}
		case err != nil && err.Error() == "":
			t.Errorf("%q: an error without a sentence", text)
		case err == nil && result.Inserted > int64(len(text)):
			t.Errorf("%q: %d rows", text, result.Inserted)
		}
	})
}
