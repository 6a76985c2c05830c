package client_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/client"
	"macrowatch/internal/record/httpintake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/record/token"
	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// desk is a server that answers, and can be told to answer something else first.
type desk struct {
	*httptest.Server
	store *store.Store
	token string

	mu    sync.Mutex
	ahead []http.HandlerFunc // answer the next requests
	asked []string           // the keys of all requests
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{store: store.New(pgtest.Migrated(t), nil)}
	in, err := httpintake.New(httpintake.Config{Store: d.store})
	if err != nil {
		t.Fatal(err)
	}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		d.asked = append(d.asked, r.Header.Get("Idempotency-Key"))
		next := http.Handler(in)
		if len(d.ahead) > 0 {
			next, d.ahead = d.ahead[0], d.ahead[1:]
		}
		d.mu.Unlock()
		next.ServeHTTP(w, r)
	}))
	t.Cleanup(d.Close)
	text, err := token.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	digest, _ := token.DigestOf(text)
	if _, err := d.store.TokenCreate(t.Context(), digest, store.Token{Name: "all", CreatedAt: time.Now()}); err != nil {
		t.Fatal(err)
	}
	d.token = text
	return d
}

// first makes the server answer the next requests so.
func (d *desk) first(answers ...http.HandlerFunc) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ahead, d.asked = answers, nil
}

// keys returns the keys of the requests since first was called.
func (d *desk) keys() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}

func (d *desk) client(t *testing.T, spool string, patience time.Duration) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{URL: d.URL, Token: d.token, SpoolDir: spool, Patience: patience})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// text returns the one value of a query.
func (d *desk) text(t *testing.T, query string) (value string) {
	t.Helper()
	if err := d.store.Pool().QueryRow(t.Context(), query).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// answer answers with a status, and headers that alternate: a name, then its value.
func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// breakOff ends the connection without an answer.
func breakOff(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

var eight = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func signal(instrument string) client.Signal {
	return client.Signal{Strategy: "S", Instrument: instrument, Direction: "LONG", Confidence: 0.5, GeneratedAt: eight}
}

func sent[R client.Row](t *testing.T, c *client.Client, rows ...R) {
	t.Helper()
	a, err := client.Send(t.Context(), c, rows)
	if err != nil || a.Inserted != int64(len(rows)) {
		t.Errorf("%T: %+v, %v", rows, a, err)
	}
	if a, err = client.Send(t.Context(), c, rows); err != nil || a.Unchanged != int64(len(rows)) {
		t.Errorf("%T again: %+v, %v", rows, a, err)
	}
}

func TestEveryKindIsSent(t *testing.T) {
	t.Parallel()
	for _, spool := range []string{"", t.TempDir()} {
		d := newDesk(t)
		c := d.client(t, spool, time.Minute)
		half, finished := 0.5, eight.Add(time.Minute)
		sent(t, c, client.Instrument{Name: "BRENT", Kind: "price", QuotedIn: "USD"}, client.Instrument{Name: "US_10Y", Kind: "yield", QuotedIn: "percent", TenorYears: &half})
		sent(t, c, client.Price{Instrument: "BRENT", Date: "2026-03-02", Value: 80})
		sent(t, c, signal("BRENT"), client.Signal{Strategy: "S", Instrument: "US_10Y", Direction: "SHORT", Strength: &half, Confidence: 1, GeneratedAt: eight})
		sent(t, c, client.PortfolioState{Timestamp: eight, Strategy: "S", Instrument: "BRENT", Weight: -0.25, TotalEquity: 1e6})
		sent(t, c, client.PipelineRun{ID: "1", Step: "fred", Status: "SUCCESS", StartedAt: eight, FinishedAt: &finished})
		sent(t, c, client.RiskMetric{ComputedAt: eight, MaxDrawdownPct: 3, MaxDrawdown252dPct: 2})
		sent(t, c, client.StressResult{RunDate: eight, Scenario: "Oil", PortfolioPnLPct: -2})
		sent(t, c, client.LimitStatus{CheckedAt: eight, Limit: "VaR 95 (%)", LimitValue: 2})
		if a, err := client.Send(t.Context(), c, []client.Price{{Instrument: "WTI", Date: "2026-03-02", Value: 75}}, client.Register("price", "USD")); err != nil || len(a.Registered) != 1 {
			t.Errorf("%+v, %v", a, err)
		}
	}
}

func TestARequestIsSentAgainWithTheSameKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i, spool := range []string{"", t.TempDir()} {
		d.first(answer(429, `{"message":"busy"}`, "Retry-After", "0"), answer(503, `{"message":"away"}`), breakOff, answer(502, "<html>"))
		a, err := client.Send(t.Context(), d.client(t, spool, time.Hour), []client.Signal{signal(fmt.Sprint("I", i))})
		if err != nil || a.Inserted != 1 {
			t.Errorf("%+v, %v", a, err)
		}
		keys := d.keys()
		if len(keys) != 5 || keys[0] == "" || keys[0] != keys[4] || keys[1] != keys[3] {
			t.Errorf("the keys are %q", keys)
		}
	}
}

// The server has taken the rows, and its answer is lost.
func TestALostAnswerDoublesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.client(t, "", time.Hour)
	in := d.Config.Handler
	d.first(func(w http.ResponseWriter, r *http.Request) {
		in.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})
	a, err := client.Send(t.Context(), c, []client.Signal{signal("BRENT")})
	if err != nil || a.Inserted != 1 {
		t.Errorf("%+v, %v: the answer to the first request is the answer", a, err)
	}
}

func TestWhatIsRefusedAndWhatIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	bad := signal("BRENT")
	bad.Confidence = 2
	for _, spool := range []string{"", t.TempDir()} {
		var refused *client.RefusedError
		_, err := client.SendBatches(ctx, d.client(t, spool, time.Hour), []client.Signal{signal("A"), signal("B"), signal("C"), bad}, 2)
		if !errors.As(err, &refused) || refused.Status != 400 || refused.Rows[0].Index != 3 || refused.Rows[0].Field != "confidence" {
			t.Errorf("%v", err)
		}
		if n, err := d.client(t, spool, time.Hour).Retry(ctx); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	for name, first := range map[string]http.HandlerFunc{
		"no token": answer(401, `{"message":"no such token"}`), "another kind": answer(403, `{"message":"for prices"}`), "a proxy's page": answer(400, "<html>"),
		"a proxy's login": answer(200, "<html>"), "another program": answer(200, "{}"), "a redirect": answer(307, "", "Location", "/elsewhere"),
		"later": answer(429, `{"message":"busy"}`, "Retry-After", "3600"), "a failure": answer(500, `{"message":"internal error"}`),
	} {
		spool := t.TempDir()
		d.first(first)
		a, err := client.Send(ctx, d.client(t, spool, time.Nanosecond), []client.Signal{signal(name)})
		if err != nil || !a.Kept {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
		if n, err := d.client(t, spool, time.Hour).Retry(ctx); n != 0 || err != nil {
			t.Errorf("%s: %d wait, %v", name, n, err)
		}
		if got := d.text(t, "SELECT count(*)::text FROM strategy_signals WHERE instrument = '"+strings.ReplaceAll(name, "'", "''")+"'"); got != "1" {
			t.Errorf("%s: %s rows", name, got)
		}
		d.first(first)
		if a, err := client.Send(ctx, d.client(t, "", time.Nanosecond), []client.Signal{signal(name)}); !errors.Is(err, client.ErrUnavailable) {
			t.Errorf("%s without a spool: %+v, %v", name, a, err)
		}
	}
}

func TestOlderRequestsGoFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	spool := t.TempDir()
	away := d.client(t, spool, time.Nanosecond)
	for i := range 3 {
		d.first(answer(503, `{"message":"away"}`))
		s := signal("BRENT")
		s.Confidence = float64(i) / 10
		if a, err := client.Send(t.Context(), away, []client.Signal{s}); err != nil || !a.Kept {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	files, _ := filepath.Glob(filepath.Join(spool, "*", "*.json"))
	if len(files) != 3 {
		t.Fatalf("%v", files)
	}
	if err := os.WriteFile(files[0], []byte("not a record"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.first()
	last := signal("BRENT")
	last.Confidence = 0.9
	if a, err := client.Send(t.Context(), d.client(t, spool, time.Hour), []client.Signal{last}); err != nil || a.Updated != 1 {
		t.Errorf("%+v, %v", a, err)
	}
	if len(d.keys()) != 3 {
		t.Errorf("%d requests", len(d.keys()))
	}
	if got := d.text(t, "SELECT string_agg(confidence::text, ' ') FROM strategy_signals"); got != "0.9" {
		t.Error(got)
	}
	if left, _ := filepath.Glob(filepath.Join(spool, "*", "*.bad")); len(left) != 1 || left[0] != files[0]+".bad" {
		t.Errorf("%v", left)
	}
}

func TestWhereNothingCanBeKeptRowsAreStillSent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, spool := range map[string]string{"below a file": filepath.Join(file, "spool"), "in the kernel": "/proc/macrowatch"} {
		c := d.client(t, spool, time.Hour)
		if a, err := client.Send(t.Context(), c, []client.Signal{signal(name)}); err != nil || a.Inserted != 1 {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
		d.first(answer(503, "{}", "Retry-After", "7200"))
		if _, err := client.Send(t.Context(), c, []client.Signal{signal(name)}); !errors.Is(err, client.ErrUnavailable) || !strings.Contains(err.Error(), "can't be kept") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A folder does not fill with what processes that died have left, nor with what was refused.
func TestWhatIsLeftOverIsRemoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	spool := t.TempDir()
	c := d.client(t, spool, time.Hour)
	sent(t, c, signal("BRENT"))
	folders, _ := filepath.Glob(filepath.Join(spool, "*"))
	if len(folders) != 1 {
		t.Fatalf("%v", folders)
	}
	names := []string{".new-dead", ".new-alive", "9.json"}
	for i := range 1000 {
		names = append(names, fmt.Sprintf("%04d.json.bad", i))
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(folders[0], name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(filepath.Join(folders[0], ".new-dead"), eight, eight); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Send(t.Context(), c, []client.Signal{signal("WTI")}); err != nil { // sends what is later than 9.json
		t.Fatal(err)
	}
	if _, err := c.Retry(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{".new-dead": false, ".new-alive": true, "0000.json.bad": false, "0001.json.bad": true, "9.json.bad": true, "9.json": false} {
		if _, err := os.Stat(filepath.Join(folders[0], name)); (err == nil) != want {
			t.Errorf("%s is there: %t", name, err == nil)
		}
	}
}

func TestTheContextEndsACall(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	d.first(func(w http.ResponseWriter, r *http.Request) { // the client has gone when this answers
		_, _ = io.Copy(io.Discard, r.Body) // the server sees the end of a connection only after the body
		cancel()
		<-r.Context().Done()
	})
	_, err := client.Send(ctx, d.client(t, "", time.Hour), []client.Signal{signal("BRENT")})
	if !errors.Is(err, client.ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestRunsAreRecorded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.client(t, t.TempDir(), time.Hour)
	ctx := t.Context()
	failure := errors.New("GET https://x.test: password=hunter22 is wrong")
	for step, err := range map[string]error{"good": nil, "bad": failure, "stopped": fmt.Errorf("ended: %w", context.Canceled)} {
		if got := c.Run(ctx, step, func(context.Context) error { return err }); !errors.Is(got, err) {
			t.Errorf("%s: %v", step, got)
		}
	}
	within, cancel := context.WithCancel(ctx)
	if err := c.Run(within, "its context ends", func(context.Context) error { cancel(); return nil }); err != nil {
		t.Error(err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = c.Run(ctx, "panics", func(context.Context) error { panic("x") })
	}()
	const all = "SELECT string_agg(step_name || ' ' || status || coalesce(' ' || error_message, ''), E'\\n' ORDER BY step_name) FROM pipeline_runs"
	want := "bad FAILED GET https://x.test: password=*** is wrong\ngood SUCCESS\nits context ends SUCCESS\npanics FAILED the step panicked\nstopped CANCELLED ended: context canceled"
	if got := d.text(t, all); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	var lost *client.RecordError
	d.first(answer(503, "{}", "Retry-After", "7200"), answer(503, "{}", "Retry-After", "7200"))
	if err := d.client(t, "", time.Hour).Run(ctx, "lost", func(context.Context) error { return failure }); !errors.Is(err, failure) || !errors.As(err, &lost) || lost.Step != "lost" {
		t.Error(err)
	}
}

func TestWrongSettingsAreRefused(t *testing.T) {
	t.Parallel()
	for _, cfg := range []client.Config{
		{Token: "mwt_x"}, {URL: "macrowatch.example.com", Token: "mwt_x"}, {URL: "ftp://x", Token: "mwt_x"}, {URL: "http://u:p@x", Token: "mwt_x"},
		{URL: "http://x/?a=1", Token: "mwt_x"}, {URL: "http://x"}, {URL: "http://x", Token: "two words"}, {URL: "http://x", Token: "line\nbreak"},
	} {
		if _, err := client.New(cfg); err == nil {
			t.Errorf("%+v is taken", cfg)
		}
	}
	c, err := client.New(client.Config{URL: "http://x/", Token: "mwt_secret"})
	if err != nil || strings.Contains(fmt.Sprintf("%v %+v %#v %s", c, c, c, c), "mwt_") {
		t.Errorf("%v, %#v", err, c)
	}
}
