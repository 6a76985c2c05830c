package httpintake_test

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/record/httpintake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/record/token"
)

// basic returns a name and a password as HTTP basic authentication sends them.
func basic(name, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(name + ":" + password))
}

// calls are a good request to each kind of operation, and the table that it writes.
func calls() []struct{ method, path, body string } {
	return []struct{ method, path, body string }{
		{"POST", "/api/v1/signals", signal1},
		{"POST", "/api/v1/instruments", `{"instrument":"USDBRL","kind":"price","quoted_in":"BRL"}`},
		{"POST", "/api/v1/pipeline-runs", `{"run_id":"1","step_name":"fred","status":"RUNNING","started_at":"2026-03-02T08:00:00Z"}`},
		{"POST", "/api/v1/pipeline-runs/start", `{"step_name":"fred"}`},
		{"POST", "/api/v1/pipeline-runs/1/finish", `{"status":"SUCCESS"}`},
		{"GET", "/api/v1/ping/fred/start", ""}, {"POST", "/api/v1/ping/fred", ""}, {"HEAD", "/api/v1/ping/fred/1", ""},
	}
}

// Every call refuses every wrong token, and writes nothing.
func TestNothingIsTakenWithoutAGoodToken(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	other, err := token.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	expired := s.newToken(t, store.Token{Name: "expired", ExpiresAt: nine})
	revoked := s.newToken(t, store.Token{Name: "revoked"})
	if _, err := s.store.TokenRevoke(t.Context(), "revoked", nine.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	mistyped := s.token[:20] + "x" + s.token[21:]
	if mistyped == s.token {
		mistyped = s.token[:20] + "y" + s.token[21:]
	}
	for name, authorization := range map[string]string{
		"none": "", "an empty one": "Bearer ", "another scheme": "Token " + s.token, "an unknown one": "Bearer " + other, "a mistyped one": "Bearer " + mistyped,
		"one that is cut off": "Bearer " + s.token[:30], "an expired one": "Bearer " + expired, "a revoked one": "Bearer " + revoked,
		"one with something behind it": "Bearer " + s.token + " x", "one as the basic name": "Basic " + basic(s.token, ""), "an unknown basic one": "Basic " + basic("x", other),
		"broken basic": "Basic %%%", "its digest": "Bearer " + token.Prefix + strings.Repeat("0", 49),
	} {
		for _, c := range calls() {
			a := s.send(t, c.method, c.path, []byte(c.body), "Authorization", authorization, "Cookie", "token="+s.token)
			if a.status != http.StatusUnauthorized || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), `Bearer realm="macrowatch"`) {
				t.Errorf("%s: %s %s answers %d %q %s", name, c.method, c.path, a.status, a.header.Get("WWW-Authenticate"), a.body)
			}
			if strings.Contains(a.body, s.token[8:]) {
				t.Errorf("%s: the answer has the token: %s", name, a.body)
			}
		}
	}
	for _, table := range []string{"strategy_signals", "instruments", "pipeline_runs", "macrowatch_requests"} {
		if n := s.count(t, table); n != 0 {
			t.Errorf("%s has %d rows", table, n)
		}
	}
}

func TestATokenOpensWhatItIsForAndNothingElse(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	for _, c := range []struct {
		token   store.Token
		allowed map[string]bool
	}{
		{store.Token{Name: "signals", Kinds: []string{"signals"}}, map[string]bool{"/api/v1/signals": true}},
		{store.Token{Name: "two", Kinds: []string{"instruments", "signals"}}, map[string]bool{"/api/v1/signals": true, "/api/v1/instruments": true}},
		{store.Token{Name: "runs", Kinds: []string{"pipeline-runs"}}, map[string]bool{"/api/v1/pipeline-runs": true, "/api/v1/pipeline-runs/start": true,
			"/api/v1/pipeline-runs/1/finish": true, "/api/v1/ping/fred/start": true, "/api/v1/ping/fred": true, "/api/v1/ping/fred/1": true}},
		{store.Token{Name: "other steps", Kinds: []string{"pipeline-runs"}, Steps: []string{"yahoo", "bcb_sgs"}}, map[string]bool{}},
	} {
		text := s.newToken(t, c.token)
		for _, call := range calls() {
			a := s.send(t, call.method, call.path, []byte(call.body), "Authorization", "Bearer "+text)
			if allowed := a.status < 300; allowed != c.allowed[call.path] || !allowed && a.status != http.StatusForbidden && a.status != http.StatusNotFound {
				t.Errorf("%s: %s %s answers %d %s", c.token.Name, call.method, call.path, a.status, a.body)
			}
			if a.status == http.StatusForbidden && call.method != "HEAD" && !strings.Contains(a.body, "token") {
				t.Errorf("%s: the refusal does not say which token is needed: %s", c.token.Name, a.body)
			}
		}
	}
}

// A token for one step can't reach another step's runs in any way.
func TestATokenForAStepCannotTouchOtherRuns(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	const theirs = `{"run_id":"theirs","step_name":"yahoo","status":"RUNNING","started_at":"2026-03-02T08:00:00Z"}`
	if a := s.post(t, "/api/v1/pipeline-runs", theirs); a.status != 200 {
		t.Fatal(a.body)
	}
	mine := s.newToken(t, store.Token{Name: "fred", Kinds: []string{"pipeline-runs"}, Steps: []string{"fred"}})
	const ended = `,"status":"FAILED","started_at":"2026-03-02T08:00:00Z","finished_at":"2026-03-02T08:01:00Z"}`
	for name, c := range map[string]struct{ path, body string }{
		"its rows":                   {"/api/v1/pipeline-runs", `{"run_id":"new","step_name":"yahoo"` + ended},
		"its rows among mine":        {"/api/v1/pipeline-runs", `[{"run_id":"a","step_name":"fred"` + ended + `,{"run_id":"b","step_name":"yahoo"` + ended + `]`},
		"its run under my step":      {"/api/v1/pipeline-runs", `{"run_id":"theirs","step_name":"fred"` + ended},
		"its run among mine":         {"/api/v1/pipeline-runs", `[{"run_id":"c","step_name":"fred"` + ended + `,{"run_id":"theirs","step_name":"fred"` + ended + `]`},
		"the start of its run":       {"/api/v1/pipeline-runs/start", `{"step_name":"yahoo"}`},
		"the start of my run, as it": {"/api/v1/pipeline-runs/start", `{"step_name":"fred","run_id":"theirs"}`},
		"the end of its run":         {"/api/v1/pipeline-runs/theirs/finish", `{"status":"FAILED"}`},
		"its ping":                   {"/api/v1/ping/yahoo/fail", ``},
	} {
		if a := s.post(t, c.path, c.body, "Authorization", "Bearer "+mine); a.status != http.StatusForbidden || !strings.Contains(a.body, "yahoo") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if got := s.text(t, "SELECT string_agg(run_id || ' ' || step_name || ' ' || status, ', ') FROM pipeline_runs"); got != "theirs yahoo RUNNING" {
		t.Errorf("there are now %s", got)
	}
	if a := s.post(t, "/api/v1/pipeline-runs", `{"run_id":"c","step_name":"fred"`+ended, "Authorization", "Bearer "+mine); a.said.Inserted != 1 {
		t.Errorf("my own run: %d %s", a.status, a.body)
	}
}

// Another step's run with the same ID is written at the same time, and is there only when the request has to write.
func TestATokenForAStepCannotTouchARunThatIsJustBeingWritten(t *testing.T) {
	t.Parallel()
	const theirs = "11111111-1111-4111-8111-111111111111"
	for name, c := range map[string]struct{ path, body string }{
		"a row":       {"/api/v1/pipeline-runs", `{"run_id":"` + theirs + `","step_name":"fred","status":"RUNNING","started_at":"2026-03-02T08:00:00Z"}`},
		"its start":   {"/api/v1/pipeline-runs/start", `{"step_name":"fred","run_id":"` + theirs + `"}`},
		"its lineage": {"/api/v1/lineage", `{"eventType":"START","eventTime":"2026-03-02T08:00:00Z","run":{"runId":"` + theirs + `"},"job":{"namespace":"desk","name":"fred"},"producer":"p","schemaURL":"s"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, httpintake.Limits{})
			mine := s.newToken(t, store.Token{Name: "fred", Kinds: []string{"pipeline-runs"}, Steps: []string{"fred"}})
			tx, err := s.store.Pool().Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(t.Context()) }()
			if _, err := tx.Exec(t.Context(), `INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('`+theirs+`', 'yahoo', 'RUNNING', '2026-03-02 07:00Z')`); err != nil {
				t.Fatal(err)
			}
			answered := make(chan answer, 1)
			go func() { answered <- s.post(t, c.path, c.body, "Authorization", "Bearer "+mine) }()
			for s.text(t, `SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) == "0" {
				select {
				case a := <-answered:
					t.Fatalf("it did not wait for the other writer: %d %s", a.status, a.body)
				default:
				}
			}
			if err := tx.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			if a := <-answered; a.status != http.StatusForbidden || !strings.Contains(a.body, `the run \"`+theirs+`\" belongs to the step \"yahoo\"`) {
				t.Errorf("%d %s", a.status, a.body)
			}
			if got := s.text(t, "SELECT string_agg(run_id || ' ' || step_name || ' ' || started_at::time, ', ') FROM pipeline_runs"); got != theirs+" yahoo 07:00:00" {
				t.Errorf("there are now %s", got)
			}
		})
	}
}

func TestALoginThatOnlyReadsTakesNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	if _, err := s.store.Pool().Exec(t.Context(), "ALTER ROLE CURRENT_USER IN DATABASE "+s.text(t, "SELECT quote_ident(current_database())")+" SET default_transaction_read_only = on"); err != nil {
		t.Fatal(err)
	}
	s.store.Pool().Reset()
	a := s.post(t, "/api/v1/signals", signal1)
	if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" || !strings.Contains(a.said.Message, "read-only") {
		t.Errorf("%d %q %s", a.status, a.header.Get("Retry-After"), a.body)
	}
}
