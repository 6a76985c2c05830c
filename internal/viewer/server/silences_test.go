package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/viewer/access"
	"macrowatch/internal/viewer/server"
)

// silenced keeps the silences that a server makes.
type silenced struct {
	mu    sync.Mutex
	made  []server.Silence
	ended []string // the ID and who ended it
	why   string   // why nothing can be silenced
	fail  error
}

func (s *silenced) alerting() *server.Alerting {
	return &server.Alerting{Page: "/d/alerts/alerts", Firing: func(context.Context) ([]server.Alert, error) { return nil, nil },
		Silencing: &server.Silencing{
			Held: func(context.Context) ([]server.Silence, error) {
				s.mu.Lock()
				defer s.mu.Unlock()
				return append([]server.Silence{}, s.made...), nil
			},
			Refusal: func(context.Context) string { return s.why },
			Add: func(_ context.Context, body io.Reader, by string) (server.Silence, error) {
				text, err := io.ReadAll(body)
				if err != nil {
					return server.Silence{}, &server.BadSilenceError{Sentence: err.Error()}
				}
				s.mu.Lock()
				defer s.mu.Unlock()
				q := server.Silence{ID: "q1", Subject: string(text), Until: noon.Add(time.Hour), By: by, Reason: "it moves"}
				if s.fail == nil {
					s.made = append(s.made, q)
				}
				return q, s.fail
			},
			End: func(_ context.Context, id, by string) (bool, error) {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.ended = append(s.ended, id+" "+by)
				return id == "q1", s.fail
			},
			Opening: func() time.Time { return noon.Add(20 * time.Hour) },
			Rules:   []string{"step_late"}, LocalName: "somebody at desk-1",
		}}
}

var asJSON = []string{"Content-Type", "application/json"}

func TestOnlyOperatorsSilence(t *testing.T) {
	t.Parallel()
	for _, way := range []string{access.ByPassword, access.ByProxy} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			kept := &silenced{}
			d := deskWith(t, way, func(cfg *server.Config) { cfg.Alerting = kept.alerting() })
			person := func(name, group string) (*http.Client, []string) {
				if way == access.ByPassword {
					return d.signedIn(t, name), nil
				}
				return browser(t), []string{"X-Forwarded-User", name, "X-Forwarded-Groups", group}
			}
			ana, anaIs := person("ana", "desk")
			bo, boIs := person("bo", "ops")
			for _, path := range []string{"/api/silences", "/api/silences/q1/end"} {
				if a := send(t, ana, http.MethodPost, d.URL+path, "fred", append(anaIs, asJSON...)...); a.status != http.StatusForbidden || !strings.Contains(a.body, "only an operator may do this, and ana is a viewer") {
					t.Errorf("a viewer, %s: %d %s", path, a.status, a.body)
				}
				if a := send(t, browser(t), http.MethodPost, d.URL+path, "fred", asJSON...); a.status != http.StatusUnauthorized {
					t.Errorf("nobody, %s: %d %s", path, a.status, a.body)
				}
				for _, other := range [][]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}} {
					if a := send(t, bo, http.MethodPost, d.URL+path, "fred", append(append(boIs, asJSON...), other...)...); a.status != http.StatusForbidden {
						t.Errorf("an operator from another site (%s), %s: %d %s", other, path, a.status, a.body)
					}
				}
			}
			for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
				if a := send(t, bo, http.MethodPost, d.URL+"/api/silences", "fred", append(boIs, "Content-Type", kind)...); a.status != http.StatusUnsupportedMediaType {
					t.Errorf("as %q: %d %s", kind, a.status, a.body)
				}
			}
			if len(kept.made) > 0 || len(kept.ended) > 0 {
				t.Fatalf("%+v, %v", kept.made, kept.ended)
			}
			a := send(t, bo, http.MethodPost, d.URL+"/api/silences", "fred", append(boIs, asJSON...)...)
			if a.status != http.StatusCreated || len(kept.made) != 1 || kept.made[0].By != "bo" || kept.made[0].Subject != "fred" {
				t.Fatalf("an operator: %d %s, %+v", a.status, a.body, kept.made)
			}
			if a := send(t, bo, http.MethodPost, d.URL+"/api/silences/q1/end", "", boIs...); a.status != http.StatusOK || len(kept.ended) != 1 || kept.ended[0] != "q1 bo" {
				t.Errorf("an operator ends it: %d %s, %v", a.status, a.body, kept.ended)
			}
			if a := send(t, bo, http.MethodPost, d.URL+"/api/silences/q2/end", "", boIs...); a.status != http.StatusNotFound {
				t.Errorf("an operator ends what is not there: %d %s", a.status, a.body)
			}
			var lines []string
			for line := range strings.Lines(d.log.String()) {
				if strings.Contains(line, `"did"`) {
					lines = append(lines, line)
				}
			}
			if len(lines) != 2 || !strings.Contains(lines[0], `"user":"bo","role":"operator"`) || !strings.Contains(lines[0], `"did":"silenced rule \"\", subject \"fred\" until 2026-`) ||
				!strings.Contains(lines[0], `: it moves"`) || !strings.Contains(lines[1], `"did":"ended the silence q1"`) {
				t.Errorf("the access log: %q", lines)
			}
		})
	}
}

// mayOf returns what a page learns of its right to silence.
func mayOf(t *testing.T, client *http.Client, url string, headers ...string) (may bool, why string) {
	t.Helper()
	a := send(t, client, http.MethodGet, url+"/api/alerts", "", headers...)
	var answer struct {
		Silencing struct {
			May bool
			Why string
		}
	}
	if err := json.Unmarshal([]byte(a.body), &answer); err != nil {
		t.Fatal(err, a.body)
	}
	return answer.Silencing.May, answer.Silencing.Why
}

// Where nobody logs in, only who sits at the server's machine may silence.
func TestWithoutALoginThePersonAtTheMachineSilences(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		change  func(*server.Config, *server.Silencing)
		headers []string
		want    int
	}{
		"at this machine":               {nil, nil, http.StatusCreated},
		"its own page":                  {nil, []string{"Sec-Fetch-Site", "same-origin", "Origin", "OWN"}, http.StatusCreated},
		"a name of loopback":            {nil, []string{"Host", "desk.localhost:3002"}, http.StatusCreated},
		"behind a proxy":                {nil, []string{"X-Forwarded-For", "10.0.0.7"}, http.StatusForbidden},
		"behind another proxy":          {nil, []string{"Via", "1.1 proxy"}, http.StatusForbidden},
		"behind a third one":            {nil, []string{"Forwarded", "for=10.0.0.7"}, http.StatusForbidden},
		"a name that a proxy passes on": {func(cfg *server.Config, _ *server.Silencing) { cfg.AllowedHosts = []string{"desk.example"} }, []string{"Host", "desk.example"}, http.StatusForbidden},
		"a page that a proxy serves":    {nil, []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://desk.example"}, http.StatusForbidden},
		"a proxy is configured":         {func(_ *server.Config, s *server.Silencing) { s.LocalName = "" }, nil, http.StatusForbidden},
		"a port of a container":         {func(cfg *server.Config, _ *server.Silencing) { cfg.Door = server.DoorPublished }, nil, http.StatusForbidden},
		"an open door":                  {func(cfg *server.Config, _ *server.Silencing) { cfg.Door = server.DoorOpen }, nil, http.StatusForbidden},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			kept := &silenced{}
			cfg := config(t, small, nil)
			cfg.Alerting, cfg.Ping = kept.alerting(), func(context.Context) error { return nil }
			if c.change != nil {
				c.change(&cfg, cfg.Alerting.Silencing)
			}
			ts := serve(t, cfg)
			headers := append([]string{}, c.headers...)
			for n, value := range headers {
				if value == "OWN" {
					headers[n] = ts.URL
				}
			}
			may, why := mayOf(t, browser(t), ts.URL, headers...)
			if may != (c.want == http.StatusCreated) || may != (why == "") {
				t.Errorf("the page learns %v, %q", may, why)
			}
			a := send(t, browser(t), http.MethodPost, ts.URL+"/api/silences", "fred", append(headers, asJSON...)...)
			if a.status != c.want || (len(kept.made) == 1) != (c.want == http.StatusCreated) {
				t.Errorf("%d %s, %+v", a.status, a.body, kept.made)
			}
			if len(kept.made) == 1 && kept.made[0].By != "somebody at desk-1" {
				t.Errorf("made by %q", kept.made[0].By)
			}
		})
	}
}

func TestWhyNothingCanBeSilencedIsSaid(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		change func(*server.Config, *silenced)
		status int
		want   string
	}{
		"a login that only reads": {func(_ *server.Config, s *silenced) { s.why = "this login only reads" }, http.StatusServiceUnavailable, "this login only reads"},
		"a moment of the past":    {func(cfg *server.Config, _ *silenced) { cfg.Alerting = nil }, http.StatusConflict, "a moment of the past"},
		"a wrong wish": {func(_ *server.Config, s *silenced) {
			s.fail = &server.BadSilenceError{Sentence: "a silence needs an end"}
		}, http.StatusBadRequest, "needs an end"},
		"too many silences": {func(_ *server.Config, s *silenced) {
			s.fail = &server.BadSilenceError{Sentence: "the most", Conflict: true}
		}, http.StatusConflict, "the most"},
		"a database that is not there": {func(_ *server.Config, s *silenced) { s.fail = errors.New("dial 10.1.2.3: secret") }, http.StatusServiceUnavailable, "the silence could not be kept"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			kept := &silenced{}
			cfg := config(t, small, nil)
			cfg.Alerting, cfg.Ping = kept.alerting(), func(context.Context) error { return nil }
			c.change(&cfg, kept)
			ts := serve(t, cfg)
			a := send(t, browser(t), http.MethodPost, ts.URL+"/api/silences", "fred", asJSON...)
			if a.status != c.status || !strings.Contains(a.body, c.want) || strings.Contains(a.body, "secret") {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
}

func TestSilencesAreBoundedInSizeAndRate(t *testing.T) {
	t.Parallel()
	kept, clock := &silenced{}, &movedClock{at: noon}
	cfg := config(t, small, nil)
	cfg.Alerting, cfg.Ping, cfg.Now = kept.alerting(), func(context.Context) error { return nil }, clock.now
	ts := serve(t, cfg)
	post := func(body string) answer {
		return send(t, browser(t), http.MethodPost, ts.URL+"/api/silences", body, asJSON...)
	}
	if a := post(strings.Repeat("x", 9<<10)); a.status != http.StatusRequestEntityTooLarge || len(kept.made) > 0 {
		t.Errorf("9 KiB: %d %s", a.status, a.body)
	}
	for n := range 9 {
		if a := post("fred"); a.status != http.StatusCreated {
			t.Fatalf("silence %d: %d %s", n, a.status, a.body)
		}
	}
	if a := post("fred"); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") != "6" {
		t.Errorf("one too many: %d %s", a.status, a.body)
	}
	clock.pass(6 * time.Second)
	if a := post("fred"); a.status != http.StatusCreated {
		t.Errorf("six seconds later: %d %s", a.status, a.body)
	}
}

func TestPagesLearnWhatIsSilenced(t *testing.T) {
	t.Parallel()
	kept := &silenced{made: []server.Silence{{ID: "q1", Subject: "fred", Until: noon.Add(time.Hour), By: "bo", Reason: "it moves"}}}
	cfg := config(t, small, nil)
	cfg.Alerting, cfg.Ping = kept.alerting(), func(context.Context) error { return nil }
	cfg.Alerting.Firing = func(context.Context) ([]server.Alert, error) {
		return []server.Alert{{Rule: "step_late", Subject: "fred", Severity: "warning", Since: noon, Silence: &kept.made[0]}, {Rule: "step_late", Subject: "yahoo", Since: noon}}, nil
	}
	a := get(t, serve(t, cfg).URL+"/api/alerts")
	silence := `{"id":"q1","rule":"","subject":"fred","until":` + "UNTIL" + `,"by":"bo","reason":"it moves"}`
	until, err := json.Marshal(noon.Add(time.Hour).UnixMilli())
	if err != nil {
		t.Fatal(err)
	}
	silence = strings.Replace(silence, "UNTIL", string(until), 1)
	for _, part := range []string{`"silence":` + silence, `"silence":null`, `"silences":[` + silence + `]`, `"silencing":{"may":true,"why":"","opening":`, `"rules":["step_late"]`} {
		if !strings.Contains(a.body, part) {
			t.Errorf("%s lacks %s", a.body, part)
		}
	}
}
