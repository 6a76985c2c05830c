package httpintake_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/record/httpintake"
)

// bomb is gzip that unpacks to many times its size.
func bomb(t testing.TB, unpacked int, fill string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	chunk := []byte(strings.Repeat(fill, 1<<16/len(fill)))
	for range unpacked / len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsTooMuchOrNoRowsIsRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{Body: 1 << 20, Unpacked: 8 << 20, Rows: 100})
	lines := []string{"Content-Type", "application/x-ndjson"}
	packed := []string{"Content-Encoding", "gzip"}
	row := func(n int) string {
		return fmt.Sprintf(`{"strategy_id":"S%d","instrument":"USDBRL","direction":"LONG","confidence":0.5,"generated_at":"2026-03-02T08:00:00Z"}`, n)
	}
	many := make([]string, 101)
	for i := range many {
		many[i] = row(i)
	}
	for name, c := range map[string]struct {
		body    []byte
		headers []string
		status  int
		says    string
	}{
		"a large body":                 {bytes.Repeat([]byte(" "), 1<<20+1), nil, 413, "more than 1048576 bytes"},
		"too many rows":                {[]byte("[" + strings.Join(many, ",") + "]"), nil, 413, "more than 100 rows"},
		"too many lines":               {[]byte(strings.Join(many, "\n")), lines, 413, "more than 100 rows"},
		"a bomb of blanks":             {bomb(t, 256<<20, " "), packed, 413, ""},
		"a bomb of empty lines":        {bomb(t, 256<<20, "\n"), append(packed, lines...), 413, "longer than"},
		"a bomb of one long text":      {append(gzipped(t, `[{"strategy_id":"`), bomb(t, 256<<20, "x")...), packed, 413, "longer than"},
		"a bomb of empty lines later":  {append(gzipped(t, signal1+"\n"), bomb(t, 256<<20, "\n")...), append(packed, lines...), 413, "unpacks to more than 8388608 bytes"},
		"a bomb of arrays":             {bomb(t, 64<<20, "[[[["), packed, 400, ""},
		"a bomb in zstd":               {zstandard(t, strings.Repeat("\n", 64<<20)), append([]string{"Content-Encoding", "zstd"}, lines...), 413, "longer than"},
		"a huge line":                  {bytes.Repeat([]byte("x"), 1<<20), append(lines, "X", "y"), 400, ""},
		"a huge line, packed":          {bomb(t, 4<<20, "x"), append(packed, lines...), 413, "longer than 1048576 bytes"},
		"a huge row, packed":           {gzipped(t, `[{"strategy_id":"`+strings.Repeat("x", 3<<20)+`"}]`), packed, 413, "longer than 1048576 bytes"},
		"deep JSON":                    {[]byte(strings.Repeat(`{"strategy_id":`, 20_000)), nil, 400, ""},
		"deep arrays":                  {[]byte(strings.Repeat(`[`, 500_000)), nil, 400, ""},
		"deep JSON that is closed":     {[]byte(`[` + strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000) + `]`), nil, 400, "not a JSON object"},
		"blanks":                       {[]byte(" \r\n\t"), nil, 400, "the body is empty"},
		"empty lines":                  {[]byte("\n\n"), lines, 400, "the body is empty"},
		"a byte order mark alone":      {[]byte("\xef\xbb\xbf"), nil, 400, "the body is empty"},
		"nothing, packed":              {gzipped(t, ""), packed, 400, "the body is empty"},
		"a line end, packed":           {gzipped(t, "\n"), packed, 400, "the body is empty"},
		"nothing in zstd":              {zstandard(t, "\n"), []string{"Content-Encoding", "zstd"}, 400, "the body is empty"},
		"damaged gzip":                 {gzipped(t, signal1)[:20], packed, 400, "can't be unpacked as gzip"},
		"gzip with a wrong checksum":   {append(gzipped(t, signal1)[:len(gzipped(t, signal1))-8], 1, 2, 3, 4, 5, 6, 7, 8), packed, 400, "can't be unpacked"},
		"text that is called gzip":     {[]byte(signal1), packed, 400, "can't be unpacked as gzip"},
		"text that is called zstd":     {[]byte(signal1), []string{"Content-Encoding", "zstd"}, 400, "can't be unpacked as zstd"},
		"an encoding that nobody took": {[]byte(signal1), []string{"Content-Encoding", "br"}, 415, "send gzip, zstd or none"},
		"two encodings":                {gzipped(t, signal1), []string{"Content-Encoding", "gzip, gzip"}, 415, "Content-Encoding"},
		"a form":                       {[]byte(signal1), []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "curl"},
		"CSV":                          {[]byte("a,b"), []string{"Content-Type", "text/csv"}, 415, "application/json"},
		"another charset":              {[]byte(signal1), []string{"Content-Type", "application/json; charset=latin1"}, 415, "UTF-8"},
		"a broken type":                {[]byte(signal1), []string{"Content-Type", "application/json;;"}, 415, ""},
		"an empty body":                {nil, nil, 400, "empty"},
		"invalid UTF-8":                {[]byte(strings.Replace(signal1, "FX", "F\xff", 1)), nil, 400, "UTF-8"},
		"a NUL":                        {[]byte(strings.Replace(signal1, "FX_", `F\u0000`, 1)), nil, 400, "control character"},
		"NaN":                          {[]byte(strings.Replace(signal1, "0.5", "NaN", 1)), nil, 400, "not valid JSON"},
		"NaN as a text":                {[]byte(strings.Replace(signal1, "0.5", `"NaN"`, 1)), nil, 400, "number"},
		"infinity":                     {[]byte(strings.Replace(signal1, "0.5", "1e999", 1)), nil, 400, "number"},
		"half an array":                {[]byte("[" + signal1), nil, 400, "ends in the middle"},
		"something behind an array":    {[]byte("[" + signal1 + "] x"), nil, 400, "follows the end"},
		"two arrays":                   {[]byte("[" + signal1 + "][" + signal2 + "]"), nil, 400, "follows the end"},
		"an unknown parameter":         {[]byte(signal1), []string{"Query", "timezon=UTC"}, 400, "timezone"},
		"an unknown zone":              {[]byte(signal1), []string{"Query", "timezone=Mars"}, 400, "Mars"},
		"options of another kind":      {[]byte(signal1), []string{"Query", "replace-snapshots=true"}, 400, "portfolio-states"},
		"a time without a zone":        {[]byte(strings.Replace(signal1, "08:00:00Z", "08:00:00", 1)), nil, 400, "the parameter timezone"},
		"a bad key":                    {[]byte(signal1), []string{"Idempotency-Key", "é"}, 400, "Idempotency-Key"},
		"two rows that differ":         {[]byte("[" + signal1 + "," + strings.Replace(signal1, "0.5", "0.7", 1) + "]"), nil, 400, "the row with index 0"},
	} {
		path := "/api/v1/signals"
		if len(c.headers) > 1 && c.headers[0] == "Query" {
			path, c.headers = path+"?"+c.headers[1], nil
		}
		a := s.send(t, http.MethodPost, path, c.body, c.headers...)
		if a.status != c.status || !strings.Contains(a.body, c.says) {
			t.Errorf("%s: %d %.300s; want %d with %q", name, a.status, a.body, c.status, c.says)
		}
	}
	if n := s.count(t, "strategy_signals"); n != 0 {
		t.Errorf("%d rows are stored", n)
	}
	if a := s.post(t, "/api/v1/signals", signal1); a.status != 200 {
		t.Errorf("afterwards a good request is refused: %d %s", a.status, a.body)
	}
}

func TestAtMostTwentyFaultsAreNamedAndAllAreCounted(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	bad := strings.Replace(signal1, "0.5", "1.5", 1)
	for name, c := range map[string]struct{ body, contentType string }{
		"lines": {signal1 + "\nnot JSON\n" + strings.Repeat(bad+"\n", 24), "application/x-ndjson"},
		"array": {"[" + signal1 + ",7," + strings.TrimSuffix(strings.Repeat(bad+",", 24), ",") + "]", "application/json"},
	} {
		a := s.post(t, "/api/v1/signals", c.body, "Content-Type", c.contentType)
		if a.status != 400 || len(a.said.Rows) != 20 || a.said.Faults != 25 {
			t.Errorf("%s: %d, %d rows, %d faults", name, a.status, len(a.said.Rows), a.said.Faults)
			continue
		}
		want := httpintake.BadRow{Index: 2, Field: "confidence", Value: "1.5", Problem: "not a number from 0 to 1"}
		if a.said.Rows[0].Index != 1 || a.said.Rows[1] != want {
			t.Errorf("%s: %+v, want %+v", name, a.said.Rows[:2], want)
		}
	}
}

func TestOtherMethodsAndPathsAreRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/api/v1/signals", 405, "POST"}, {"PUT", "/api/v1/prices", 405, "POST"}, {"DELETE", "/api/v1/pipeline-runs/1/finish", 405, "POST"},
		{"GET", "/api/v1/pipeline-runs/start", 405, "POST"}, {"PUT", "/api/v1/ping/fred", 405, "GET, HEAD, POST"}, {"POST", "/api/openapi.json", 405, "GET, HEAD"},
		{"POST", "/api/v1/signal", 404, ""}, {"POST", "/api/v1/", 404, ""}, {"POST", "/api/v1/signals/1", 404, ""}, {"GET", "/api/v1/ping/fred/perhaps", 404, ""},
		{"GET", "/api/v1/ping/fred/256", 404, ""}, {"GET", "/api/v1/ping/fred/-1", 404, ""},
	} {
		if a := s.send(t, c.method, c.path, nil); a.status != c.status || a.header.Get("Allow") != c.allow {
			t.Errorf("%s %s: %d, Allow %q, %s", c.method, c.path, a.status, a.header.Get("Allow"), a.body)
		}
	}
}

// A sender that goes silent is cut off, and holds no connection to the database meanwhile.
func TestASilentSenderIsCutOff(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{BodyPause: 100 * time.Millisecond})
	address, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", address.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/v1/signals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000\r\n\r\n{", s.token)
	text, err := io.ReadAll(conn) // until the server closes it
	if err != nil || !strings.HasPrefix(string(text), "HTTP/1.1 408") {
		t.Errorf("%v %s", err, text)
	}
	if n := s.count(t, "strategy_signals"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

// Whoever does not fit is told so, at once, and nothing that was accepted is lost.
func TestTooManyRequestsAreRefusedAndNotLost(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]httpintake.Limits{
		"requests": {Requests: 2, Writers: 1},
		"bytes":    {Bytes: 128 << 10, Writers: 1},
		"turns":    {TurnTime: time.Millisecond, Writers: 1},
	} {
		s := serve(t, limits)
		var mu sync.Mutex
		accepted, busy := int64(0), 0
		var all sync.WaitGroup
		for n := range 30 {
			all.Go(func() {
				body := strings.Replace(signal1, "FX_CARRY", "S"+strconv.Itoa(n), 1)
				for {
					a := s.post(t, "/api/v1/signals", body)
					mu.Lock()
					if a.status == http.StatusOK {
						accepted += a.said.Inserted
						mu.Unlock()
						return
					}
					busy++
					mu.Unlock()
					if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" {
						t.Errorf("%s: %d %s", name, a.status, a.body)
						return
					}
				}
			})
		}
		all.Wait()
		if n := s.count(t, "strategy_signals"); n != 30 || accepted != 30 || busy == 0 {
			t.Errorf("%s: %d rows, %d accepted, %d refused", name, n, accepted, busy)
		}
	}
}
