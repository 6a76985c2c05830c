package httpintake_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"macrowatch/internal/record/httpintake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/record/token"
	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// nine is the clock's time in most tests.
var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// service is an intake that answers, with a token for everything.
type service struct {
	*httptest.Server
	store *store.Store
	token string
	now   *time.Time
}

// serve starts an intake on a database of its own.
func serve(t testing.TB, limits httpintake.Limits) *service {
	t.Helper()
	return serveOn(t, store.New(pgtest.Migrated(t), nil), limits)
}

func serveOn(t testing.TB, db *store.Store, limits httpintake.Limits) *service {
	t.Helper()
	now := nine
	s := &service{store: db, now: &now}
	ids := 0
	in, err := httpintake.New(httpintake.Config{Store: db, Limits: limits, Now: func() time.Time { return now },
		NewID: func() string { ids++; return "id-" + string(rune('0'+ids)) }})
	if err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewServer(in)
	t.Cleanup(s.Close)
	s.token = s.newToken(t, store.Token{Name: "all"})
	return s
}

// newToken makes a token.
func (s *service) newToken(t testing.TB, like store.Token) string {
	t.Helper()
	text, err := token.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	digest, _ := token.DigestOf(text)
	like.CreatedAt = nine
	if _, err := s.store.TokenCreate(t.Context(), digest, like); err != nil {
		t.Fatal(err)
	}
	return text
}

// answer is an answer to a request.
type answer struct {
	status int
	header http.Header
	body   string
	said   struct {
		Message                      string
		Faults                       int64
		Rows                         []httpintake.BadRow
		Inserted, Updated, Unchanged int64
		Removed                      int64
		Registered                   []string
		Warnings                     []httpintake.BadRow
		RunID                        string `json:"run_id"`
		Status                       string
		Duration                     *float64 `json:"duration_seconds"`
	}
}

// send sends a request with the token for everything. Headers alternate: a name, then its value. "" as a value removes
// the header.
func (s *service) send(t testing.TB, method, path string, body []byte, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Del(headers[i])
		if headers[i+1] != "" {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	return do(t, req)
}

func do(t testing.TB, req *http.Request) answer {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: resp.StatusCode, header: resp.Header, body: string(text)}
	if len(text) > 0 && json.Unmarshal(text, &a.said) != nil {
		t.Fatalf("%s %s: %d, and not JSON: %s", req.Method, req.URL, a.status, text)
	}
	return a
}

func (s *service) post(t testing.TB, path, body string, headers ...string) answer {
	t.Helper()
	return s.send(t, http.MethodPost, path, []byte(body), headers...)
}

// count returns how many rows a table has.
func (s *service) count(t testing.TB, table string) (n int64) {
	t.Helper()
	if err := s.store.Pool().QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// text returns the one value of a query.
func (s *service) text(t testing.TB, query string) (value string) {
	t.Helper()
	if err := s.store.Pool().QueryRow(t.Context(), query).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// Two good rows of the kind signals.
const (
	signal1 = `{"strategy_id":"FX_CARRY","instrument":"USDBRL","direction":"LONG","confidence":0.5,"generated_at":"2026-03-02T08:00:00Z"}`
	signal2 = `{"strategy_id":"FX_CARRY","instrument":"EURBRL","direction":"SHORT","strength":"0.25","confidence":0.75,"generated_at":"2026-03-02T08:00:00Z"}`
)
