package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/klauspost/compress/gzip"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/server"
)

// commits stands for a database of which the test says when something is committed.
type commits struct {
	n    atomic.Int64
	away atomic.Bool
}

func (c *commits) snapshot(context.Context) (string, error) {
	if c.away.Load() {
		return "", errors.New("the database is away")
	}
	return fmt.Sprint(c.n.Load()), nil
}

// withDeskVariable is the dashboard small with a variable that people may write anything into.
func withDeskVariable() string {
	return strings.Replace(small, `"templating":{"list":[]}`, `"templating":{"list":[{"name":"desk","type":"textbox","query":"macro"}]}`, 1)
}

// keeping starts a server that is told of commits, in a bubble of synctest.
func keeping(t *testing.T) (s *server.Server, c *commits, q *countingQuerier, ask func(path string, header ...string) *httptest.ResponseRecorder) {
	t.Helper()
	q, c = &countingQuerier{}, &commits{}
	cfg := config(t, withDeskVariable(), nil)
	cfg.Querier, cfg.Snapshot, cfg.Now = q, c.snapshot, time.Now
	cfg.Ping = func(context.Context) error { return nil }
	s, err := server.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s, c, q, func(path string, header ...string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "localhost"
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
}

// Rows that were committed before the database was asked what it has must not lie beyond the end of the range.
func TestARangeThatEndsNowEndsAfterTheDatabaseWasAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked, end time.Time
		cfg := config(t, small, nil)
		cfg.Now, cfg.Ping = time.Now, func(context.Context) error { return nil }
		cfg.Snapshot = func(context.Context) (string, error) {
			time.Sleep(time.Second)
			asked = time.Now()
			return "1", nil
		}
		cfg.Querier = toldQuerier(func(sql string) {
			if m := regexp.MustCompile(`AND '([^']+)'`).FindStringSubmatch(sql); m != nil {
				end, _ = time.Parse(time.RFC3339, m[1])
			}
		})
		s, err := server.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, onePanelPath, nil)
		r.Host = "localhost"
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK || end.IsZero() || end.Before(asked) {
			t.Errorf("%d %s: the database was asked at %v, and the range ends at %v", w.Code, w.Body, asked, end)
		}
	})
}

// toldQuerier is told of each query, and answers with no rows.
type toldQuerier func(sql string)

func (f toldQuerier) Query(_ context.Context, sql, _ string, _ *data.FillMissing) (*data.Frame, error) {
	f(sql)
	return data.NewFrame(""), nil
}

func TestUnchangedDataIsNotQueriedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path  string
		after time.Duration
		again bool // whether the panel is computed again
	}{
		"the same question":          {onePanelPath, 0, false},
		"a little later":             {onePanelPath, 29 * time.Second, false},
		"in the next step of time":   {onePanelPath, 30 * time.Second, true},
		"a window 3 pixels wider":    {"/api/dashboards/uid/small/panels/1?width=803", 0, false},
		"a wider window":             {"/api/dashboards/uid/small/panels/1?width=810", 0, true},
		"what the page alone reads":  {onePanelPath + "&refresh=5s&kiosk", 0, false},
		"the default range":          {onePanelPath + "&from=now-24h&to=now", 0, false},
		"another range":              {onePanelPath + "&from=now-25h", 0, true},
		"another end":                {onePanelPath + "&to=now-1m", 0, true},
		"another theme":              {onePanelPath + "&theme=light", 0, true},
		"another zone":               {onePanelPath + "&timezone=Asia/Tokyo", 0, true},
		"a variable":                 {onePanelPath + "&var-desk=fx", 0, true},
		"without the rows":           {onePanelPath + "&frames=none", 0, true},
		"with the rows":              {onePanelPath + "&frames=all", 0, false},
		"a series alone":             {onePanelPath + "&only-1=n", 0, true},
		"a series of another panel":  {onePanelPath + "&only-2=n", 0, false},
		"a variable of another page": {onePanelPath + "&var-step=fred", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, _, q, ask := keeping(t)
				first := ask(onePanelPath).Body.String()
				time.Sleep(c.after)
				second := ask(c.path).Body.String()
				if again := q.queries.Load() > 1; again != c.again || (first == second) == c.again {
					t.Errorf("%d queries\n%s%s", q.queries.Load(), first, second)
				}
			})
		})
	}
}

// A range of an hour over 800 pixels moves by a pixel in 4.5 seconds, so its step is 2 seconds.
func TestTheStepOfTimeFitsTheRange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, _, q, ask := keeping(t)
		for range 8 { // 8 seconds
			ask(onePanelPath + "&from=now-1h")
			time.Sleep(time.Second)
		}
		if n := q.queries.Load(); n != 4 {
			t.Errorf("%d queries in 8 seconds, want one in 2 seconds", n)
		}
	})
}

func TestWhatIsCommittedIsInTheNextAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c, q, ask := keeping(t)
		first := ask(onePanelPath).Body.String()
		time.Sleep(time.Second)
		c.n.Add(1)
		second := ask(onePanelPath).Body.String()
		if second == first {
			t.Error("the answer does not show what was committed")
		}
		time.Sleep(time.Second)
		s.Changed() // told by another process, before the snapshot is asked again
		if ask(onePanelPath).Body.String() == second {
			t.Error("the answer does not show what a listener was told of")
		}
		before := q.queries.Load()
		c.away.Store(true)
		time.Sleep(time.Second)
		if w := ask(onePanelPath); w.Code != http.StatusServiceUnavailable || q.queries.Load() != before {
			t.Errorf("without the database: %d %s", w.Code, w.Body)
		}
	})
}

// What is committed while a panel is computed may be missing from it. So the panel is not given to those who ask later.
func TestWhatIsCommittedDuringAComputationIsInTheNextAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &commits{}
		slow := &slowQuerier{begun: make(chan struct{}), go_: make(chan struct{})}
		cfg := config(t, small, nil)
		cfg.Querier, cfg.Snapshot, cfg.Now = slow, c.snapshot, time.Now
		s, err := server.New(withPing(cfg))
		if err != nil {
			t.Fatal(err)
		}
		ask := func() string {
			r := httptest.NewRequest(http.MethodGet, onePanelPath, nil)
			r.Host = "localhost"
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w.Body.String()
		}
		first := make(chan string)
		go func() { first <- ask() }()
		<-slow.begun
		c.n.Add(1)
		time.Sleep(time.Second)
		second := make(chan string)
		go func() { second <- ask() }()
		<-slow.begun // it does not wait for the first computation
		close(slow.go_)
		if a, b := <-first, <-second; a == b {
			t.Errorf("both readers got %s", a)
		}
	})
}

func withPing(cfg server.Config) server.Config {
	cfg.Ping = func(context.Context) error { return nil }
	return cfg
}

// slowQuerier tells of each query, and answers when the test lets it.
type slowQuerier struct {
	countingQuerier
	begun, go_ chan struct{}
}

func (q *slowQuerier) Query(ctx context.Context, sql, format string, fill *data.FillMissing) (*data.Frame, error) {
	frame, err := q.countingQuerier.Query(ctx, sql, format, fill)
	q.begun <- struct{}{}
	<-q.go_
	return frame, err
}

// counted counts the queries that go to a real database.
type counted struct {
	request.Querier
	queries atomic.Int64
}

func (q *counted) Query(ctx context.Context, sql, format string, fill *data.FillMissing) (*data.Frame, error) {
	q.queries.Add(1)
	return q.Querier.Query(ctx, sql, format, fill)
}

// onDatabase starts a server on a real database. The function snapshot tells it of commits. Nil means that the database
// itself does.
func onDatabase(t *testing.T, snapshot func(context.Context) (string, error)) (url string, q *counted, pool *pgxpool.Pool) {
	t.Helper()
	pool = pgtest.Migrated(t)
	cfg := config(t, small, pool)
	q = &counted{Querier: query.NewRunner(pool, query.Options{})}
	if snapshot == nil {
		health := store.New(pool, nil).Health()
		t.Cleanup(health.Close)
		snapshot = health.Snapshot
	}
	cfg.Querier, cfg.Snapshot = q, snapshot
	return serve(t, cfg).URL, q, pool
}

// Whatever writes, and however: the next answer shows it.
func TestEveryWriterIsSeenAtTheNextRequest(t *testing.T) {
	t.Parallel()
	url, _, pool := onDatabase(t, nil)
	insert := `INSERT INTO pipeline_runs (run_id, step_name, status, started_at) SELECT gen_random_uuid(), 'fred', 'RUNNING', '2026-03-04 14:00Z'`
	value := func() string {
		body := get(t, url+onePanelPath).body
		_, rest, _ := strings.Cut(body, `"text":"`)
		text, _, _ := strings.Cut(rest, `"`)
		return text
	}
	for i, c := range []struct{ statement, want string }{
		{insert, "1"},
		{`DO $$ BEGIN INSERT INTO pipeline_runs (run_id, step_name, status, started_at) SELECT gen_random_uuid(), 'b', 'RUNNING', '2026-03-04 14:00Z'; END $$`, "2"},
		{`WITH gone AS (DELETE FROM pipeline_runs WHERE step_name = 'b' RETURNING 1) SELECT count(*) FROM gone`, "1"},
		{`UPDATE pipeline_runs SET started_at = '2026-02-04 14:00Z'`, "0"},
		{`CREATE OR REPLACE FUNCTION w() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ` + insert + `; EXCEPTION WHEN others THEN END $$`, "0"},
		{`SELECT w()`, "1"},
		{`TRUNCATE pipeline_runs`, "0"},
	} {
		if _, err := pool.Exec(t.Context(), c.statement); err != nil {
			t.Fatal(err)
		}
		time.Sleep(server.AskAgain)
		if got := value(); got != c.want {
			t.Errorf("after statement %d the panel shows %q, want %q", i, got, c.want)
		}
	}
}

// A hundred readers whose clocks and windows differ a little cost the queries of one.
func TestAHundredReadersCostWhatOneCosts(t *testing.T) {
	t.Parallel()
	// Other tests write into the same PostgreSQL, and so its own snapshot changes.
	url, q, _ := onDatabase(t, (&commits{}).snapshot)
	ask := func(width int) error {
		resp, err := http.Get(fmt.Sprintf("%s/api/dashboards/uid/small/panels?width=%d", url, width))
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err == nil && strings.Count(string(body), "\n") != 3 {
			err = fmt.Errorf("%d %s", resp.StatusCode, body)
		}
		return err
	}
	if err := ask(1440); err != nil {
		t.Fatal(err)
	}
	one := q.queries.Load()
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			if err := ask(1440 + i%10); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	// The panel that fails is computed again by everybody who does not come at the same time as another.
	if one != 2 || q.queries.Load() > one+100 {
		t.Errorf("one reader cost %d queries, and a hundred more %d", one, q.queries.Load()-one)
	}
}

// An answer is sent compressed or not, from what is kept or newly computed, and always has the same text.
func TestCompressedAnswersHaveTheSameText(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, _, _, ask := keeping(t)
		const path = "/api/dashboards/uid/small/panels?width=800"
		unpacked := func(w *httptest.ResponseRecorder) string {
			if w.Header().Get("Content-Encoding") != "gzip" || w.Code != http.StatusOK {
				t.Fatalf("%d %v", w.Code, w.Header())
			}
			r, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		first := unpacked(ask(path, "Accept-Encoding", "gzip, deflate, br")) // all newly computed
		kept := unpacked(ask(path, "Accept-Encoding", "gzip"))
		plain := ask(path).Body.String()
		weighted := unpacked(ask(path, "Accept-Encoding", "br;q=1.0, gzip;q=0.8"))
		if kept != plain || weighted != plain || len(first) != len(plain) || strings.Count(plain, "\n") != 3 {
			t.Errorf("first:\n%s\nkept:\n%s\nweighted:\n%s\nplain:\n%s", first, kept, weighted, plain)
		}
		one := ask(onePanelPath, "Accept-Encoding", "gzip")
		if text := unpacked(one); text != ask(onePanelPath).Body.String() {
			t.Errorf("one panel: %s", text)
		}
	})
}

func TestAReaderWhoHasThePanelsGetsThemNotAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c, _, ask := keeping(t)
		for _, path := range []string{onePanelPath, "/api/dashboards/uid/small/panels?width=800"} {
			ask(path)
			first := ask(path)
			tag := first.Header().Get("ETag")
			if tag == "" || first.Code != http.StatusOK {
				t.Fatalf("%s: %d %v", path, first.Code, first.Header())
			}
			if again := ask(path, "If-None-Match", tag, "Accept-Encoding", "gzip"); again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("Content-Encoding") != "" {
				t.Errorf("%s: %d %v %s", path, again.Code, again.Header(), again.Body)
			}
			if other := ask(path, "If-None-Match", `W/"other"`); other.Code != http.StatusOK {
				t.Errorf("%s with another tag: %d", path, other.Code)
			}
			time.Sleep(time.Second)
			c.n.Add(1)
			if changed := ask(path, "If-None-Match", tag); changed.Code != http.StatusOK || changed.Header().Get("ETag") == tag {
				t.Errorf("%s after a change: %d %v", path, changed.Code, changed.Header())
			}
		}
	})
}
