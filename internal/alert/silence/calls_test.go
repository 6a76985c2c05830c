package silence_test

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/alert/silence"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/httpintake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/record/token"
	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// programs is a server that takes silences from programs.
type programs struct {
	*httptest.Server
	store *store.Store
}

func serve(t *testing.T) *programs {
	t.Helper()
	db := store.New(pgtest.Migrated(t), nil)
	in, err := httpintake.New(httpintake.Config{Store: db, Now: func() time.Time { return nine }, Operations: silence.Calls()})
	if err != nil {
		t.Fatal(err)
	}
	p := &programs{httptest.NewServer(in), db}
	t.Cleanup(p.Close)
	return p
}

// token makes a token for some kinds.
func (p *programs) token(t *testing.T, name string, kinds ...string) string {
	t.Helper()
	text, err := token.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	digest, _ := token.DigestOf(text)
	if _, err := p.store.TokenCreate(t.Context(), digest, store.Token{Name: name, Kinds: kinds, CreatedAt: nine}); err != nil {
		t.Fatal(err)
	}
	return text
}

// call sends a request, and returns the status and the body of the answer.
func (p *programs) call(t *testing.T, token, method, path, body string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for n := 0; n+1 < len(headers); n += 2 {
		req.Header.Set(headers[n], headers[n+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

const move = `{"subject":"fred","for":"2h","reason":"the source moves"}`

func TestAProgramWithTheRightTokenSilences(t *testing.T) {
	t.Parallel()
	p := serve(t)
	oncall := p.token(t, "oncall", silence.TokenKind)
	status, body := p.call(t, oncall, "POST", "/api/v1/silences/start", move)
	held, err := p.store.Silences(t.Context(), nine)
	if err != nil || status != http.StatusCreated || len(held) != 1 || held[0].Subject != "fred" || !held[0].EndsAt.Equal(nine.Add(2*time.Hour)) ||
		held[0].Reason != "the source moves" || !strings.HasPrefix(held[0].MadeBy, "token oncall (") || !strings.Contains(body, `"id":"`+held[0].ID) {
		t.Fatalf("%d %s: %+v, %v", status, body, held, err)
	}
	if status, body := p.call(t, oncall, "GET", "/api/v1/silences", ""); status != 200 || !strings.Contains(body, held[0].ID) || !strings.Contains(body, `"until":"2026-03-02T11:00:00Z"`) {
		t.Errorf("the list: %d %s", status, body)
	}
	end := "/api/v1/silences/" + held[0].ID + "/end"
	if status, body := p.call(t, oncall, "POST", end, ""); status != 200 || strings.TrimSpace(body) != `{"ended":"`+held[0].ID+`"}` {
		t.Errorf("the end: %d %s", status, body)
	}
	if status, _ := p.call(t, oncall, "POST", end, ""); status != 404 {
		t.Errorf("the second end: %d", status)
	}
	// The same key makes one silence.
	for range 2 {
		if status, body := p.call(t, oncall, "POST", "/api/v1/silences/start", move, "Idempotency-Key", "k"); status != 201 {
			t.Errorf("with a key: %d %s", status, body)
		}
	}
	if held, err := p.store.Silences(t.Context(), nine); err != nil || len(held) != 1 {
		t.Errorf("%d silences, %v", len(held), err)
	}
}

func TestAProgramWithoutTheRightTokenDoesNotSilence(t *testing.T) {
	t.Parallel()
	p := serve(t)
	id := "0d0a1c5e-7b1f-4b9e-9a55-8f2f6b1f2f10"
	q := desk.AlertSilence{ID: id, Subject: "fred", StartsAt: nine, EndsAt: nine.Add(time.Hour), MadeBy: "ana"}
	if err := p.store.SilenceAdd(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		token string
		want  int
	}{
		"no token":                     {"", 401},
		"a token for every row":        {p.token(t, "all"), 403},
		"a token for runs":             {p.token(t, "runs", "pipeline-runs"), 403},
		"a token for signals and more": {p.token(t, "strategies", "signals", "prices"), 403},
	} {
		for _, call := range [][3]string{{"POST", "/api/v1/silences/start", move}, {"POST", "/api/v1/silences/" + id + "/end", ""}, {"GET", "/api/v1/silences", ""}} {
			if status, body := p.call(t, c.token, call[0], call[1], call[2]); status != c.want {
				t.Errorf("%s: %s %s: %d %s", name, call[0], call[1], status, body)
			}
		}
	}
	if held, err := p.store.Silences(t.Context(), nine); err != nil || len(held) != 1 {
		t.Errorf("%d silences hold, %v", len(held), err)
	}
}

func TestWhatAProgramAsksForIsChecked(t *testing.T) {
	t.Parallel()
	p := serve(t)
	oncall := p.token(t, "oncall", silence.TokenKind)
	for body, want := range map[string]string{
		`{"for":"2h","reason":"x"}`:                                      "needs a rule or a subject",
		`{"rule":"limits","for":"2h","reason":"x"}`:                      "there is no rule",
		`{"subject":"fred","for":"2h"}`:                                  "needs a reason",
		`{"subject":"fred","reason":"x"}`:                                "needs an end",
		`{"subject":"fred","for":"2161h","reason":"x"}`:                  "at most 90 days",
		`{"subject":"fred","until":"2026-03-02T08:00:00Z","reason":"x"}`: "before it begins",
		`nonsense`: "invalid character",
	} {
		if status, said := p.call(t, oncall, "POST", "/api/v1/silences/start", body); status != 400 || !strings.Contains(said, want) || !strings.Contains(said, "Nothing was changed: ") {
			t.Errorf("%s: %d %s, want %s", body, status, said, want)
		}
	}
	for n := range 200 {
		q := desk.AlertSilence{ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", n), Subject: "fred", StartsAt: nine, EndsAt: nine.Add(time.Hour), MadeBy: "ana"}
		if err := p.store.SilenceAdd(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if status, said := p.call(t, oncall, "POST", "/api/v1/silences/start", move); status != 409 || !strings.Contains(said, "200 silences hold already") {
		t.Errorf("one too many: %d %s", status, said)
	}
}
