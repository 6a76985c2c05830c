package dialect_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/dialect"
)

// FuzzDialect reads any file in any dialect. It must not panic, must end, and must give only days and numbers that have
// the canonical form or stand in the file as they are.
func FuzzDialect(f *testing.F) {
	for _, name := range []string{"fred.csv", "fred-old.csv", "fred-api.json", "bcb-sgs.json", "bcb-sgs.csv", "yfinance.csv", "yfinance-history.csv", "tesouro.csv", "b3-cotahist.txt", "b3-bulletin.csv", "investing-en.csv", "investing-pt.csv"} {
		text := source(f, name)
		preset, _, _ := strings.Cut(name, "-")
		preset, _, _ = strings.Cut(preset, ".")
		if preset == "bcb" {
			preset = "bcb-sgs"
		}
		f.Add([]byte(text), preset, "price=Close", "instrument=A", false)
		f.Add([]byte(zipped(f, name, text)), preset, "", "", false)
		f.Add([]byte(text), "", "date=#1,price=#2", "instrument=A", false)
	}
	f.Add([]byte("sep=|\rdate|A|B\r31/03/2026|1.234,5|(7)\r"), "", "", "", true)
	f.Add([]byte(`{"columns":["A"],"index":[1769385600000],"data":[[1]]}`), "", "", "", true)
	f.Add([]byte(gzipped(f, "instrument,date,price\nA,2 de fev. de 2026,1,5E-3\n")), "", "", "", false)
	f.Fuzz(func(t *testing.T, file []byte, preset, columns, set string, wide bool) {
		o := dialect.Options{Preset: preset, Wide: wide, Columns: pairsOf(columns), Set: pairsOf(set)}
		r, err := dialect.Open(strings.NewReader(string(file)), "prices", prices(), o)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without a sentence")
			}
			return
		}
		defer r.Close()
		for {
			line, texts, err := r.Next()
			var row *dialect.RowError
			switch {
			case errors.Is(err, io.EOF):
				_ = r.Findings()
				return
			case errors.As(err, &row):
				r.Place(&row.Fault)
				continue
			case err != nil:
				return
			}
			checkRow(t, r, line, texts)
		}
	})
}

// checkRow checks that a row's day is one, or is as the file has it.
func checkRow(t *testing.T, r *dialect.Reader, line int64, texts []string) {
	place := desk.BadRow{Line: line}
	if r.Place(&place); place.Line < 1 {
		t.Errorf("line %d", place.Line)
	}
	_, raw := r.Origin(1)
	if texts[1] == strings.TrimSpace(raw) || texts[1] == "" {
		return
	}
	if _, err := time.Parse(time.DateOnly, texts[1]); err != nil {
		t.Errorf("the day %q of %q", texts[1], raw)
	}
}

func pairsOf(list string) []dialect.Pair {
	if list == "" {
		return nil
	}
	return pairs(strings.Split(list, ",")...)
}
