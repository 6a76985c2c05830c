package httpintake_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/httpintake"
	"macrowatch/internal/record/intake"
)

// FuzzBody sends bodies to a real intake. Whatever they are, the answer is one that the page of the docs lists, and a
// refused body has written nothing.
func FuzzBody(f *testing.F) {
	f.Add([]byte(signal1), byte(0))
	f.Add([]byte("["+signal1+","+signal2+"]"), byte(0))
	f.Add([]byte(signal1+"\n"+signal2), byte(1))
	f.Add([]byte("[{\"a\":[[["), byte(0))
	f.Add(gzipped(f, signal1), byte(2))
	f.Add(zstandard(f, signal1), byte(3))
	s := serve(f, httpintake.Limits{Body: 64 << 10, Unpacked: 1 << 20, Rows: 50})
	f.Fuzz(func(t *testing.T, body []byte, form byte) {
		headers := [][]string{nil, {"Content-Type", "application/x-ndjson"}, {"Content-Encoding", "gzip"}, {"Content-Encoding", "zstd"}}[form%4]
		before := s.count(t, "strategy_signals")
		a := s.send(t, http.MethodPost, "/api/v1/signals", body, headers...)
		after := s.count(t, "strategy_signals")
		switch {
		case a.status == 200 && after-before == a.said.Inserted:
		case (a.status == 400 || a.status == 413) && after == before && a.said.Message != "":
		default:
			t.Errorf("%d %s: %d rows became %d", a.status, a.body, before, after)
		}
	})
}

// countingStore counts the rows that it is given, and keeps none.
type countingStore struct{ intake.Store }

func (countingStore) SignalImport(_ context.Context, rows desk.Rows[desk.Signal]) (desk.Counts, error) {
	var c desk.Counts
	for {
		if _, row, err := rows(); err != nil {
			return c, ignoreEnd(err)
		} else if err := row.Validate(); err != nil {
			return c, err
		}
		c.Inserted++
	}
}

func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// FuzzJSON reads texts without a database, which is much quicker. The two ways to read objects agree on lines of
// objects: if both take a text, they find as many rows.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(signal1 + "\n" + signal2))
	f.Add([]byte("[" + signal1 + "]"))
	f.Add([]byte("\xef\xbb\xbf \n[]"))
	f.Add([]byte(`{"strategy_id":{"x":[1]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		read := func(lines bool) (intake.Result, error) {
			return intake.ImportJSON(t.Context(), countingStore{}, "signals", bytes.NewReader(text), lines, intake.Options{MostRows: 100, Words: desk.BuiltInWords()})
		}
		asLines, err := read(true)
		asValues, otherErr := read(false)
		if err == nil && (otherErr != nil || asLines.Inserted != asValues.Inserted) {
			t.Errorf("%q: %d lines, but %d values and %v", text, asLines.Inserted, asValues.Inserted, otherErr)
		}
	})
}
