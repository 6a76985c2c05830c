package httpintake_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"macrowatch/internal/record/httpintake"
)

func gzipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstandard(t testing.TB, text string) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll([]byte(text), nil)
}

func TestRowsAreTakenInEveryForm(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	array, lines := "[\n "+signal1+",\n "+signal2+"\n]\n", signal1+"\n\n"+signal2+"\n"
	indented := strings.ReplaceAll(signal1, ",", ",\n  ")
	for name, c := range map[string]struct {
		body    []byte
		headers []string
		rows    int64
	}{
		"an object":                         {[]byte(signal1), nil, 1},
		"an object over several lines":      {[]byte(indented), nil, 1},
		"an array":                          {[]byte(array), nil, 2},
		"an empty array":                    {[]byte(" [ ] "), nil, 0},
		"lines":                             {[]byte(lines), []string{"Content-Type", "application/x-ndjson"}, 2},
		"lines without an end":              {[]byte(signal1 + "\r\n" + signal2), []string{"Content-Type", "application/jsonl; charset=utf-8"}, 2},
		"lines that are called JSON":        {[]byte(lines), nil, 2},
		"an array that is called lines":     {[]byte("[" + signal1 + "," + signal2 + "]"), []string{"Content-Type", "application/x-ndjson"}, 2},
		"without a type":                    {[]byte(array), []string{"Content-Type", ""}, 2},
		"with a byte order mark":            {[]byte("\xef\xbb\xbf" + array), nil, 2},
		"gzip":                              {gzipped(t, array), []string{"Content-Encoding", "gzip"}, 2},
		"gzip that nothing announces":       {gzipped(t, lines), []string{"Content-Type", "application/x-ndjson"}, 2},
		"two parts of gzip":                 {append(gzipped(t, signal1+"\n"), gzipped(t, signal2)...), []string{"Content-Encoding", "x-gzip"}, 2},
		"zstd":                              {zstandard(t, array), []string{"Content-Encoding", "zstd"}, 2},
		"the same row twice":                {[]byte("[" + signal1 + "," + signal1 + "]"), nil, 1},
		"with the token as basic password":  {[]byte(array), []string{"Authorization", "Basic " + basic("", s.token)}, 2},
		"with a name beside the password":   {[]byte(array), []string{"Authorization", "Basic " + basic("airflow", s.token)}, 2},
		"with bearer in lower case letters": {[]byte(array), []string{"Authorization", "bearer  " + s.token}, 2},
	} {
		if _, err := s.store.Pool().Exec(t.Context(), "TRUNCATE strategy_signals"); err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{"inserted", "unchanged"} {
			a := s.send(t, http.MethodPost, "/api/v1/signals", c.body, c.headers...)
			said := map[string]int64{"inserted": a.said.Inserted, "unchanged": a.said.Unchanged}
			if a.status != http.StatusOK || said[want] != c.rows || a.said.Inserted+a.said.Updated+a.said.Unchanged != c.rows {
				t.Errorf("%s, sent for the %d. time: %d %s; want %d rows %s", name, i+1, a.status, a.body, c.rows, want)
			}
		}
		if n := s.count(t, "strategy_signals"); n != c.rows {
			t.Errorf("%s: %d rows are stored, want %d", name, n, c.rows)
		}
	}
	changed := strings.Replace(signal1, "0.5", "0.6", 1)
	s.post(t, "/api/v1/signals", signal1)
	if a := s.post(t, "/api/v1/signals", "["+changed+","+signal2+"]"); a.said.Updated != 1 {
		t.Errorf("a changed row: %s", a.body)
	}
}
