package httpintake_test

import (
	"net/http"
	"strings"
	"testing"

	"macrowatch/internal/record/httpintake"
)

// The calls for one run hold their object against the same rules as rows, and name the field at fault.
func TestTheFieldsOfARunAreReadAsStrictlyAsRows(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	const start, finish = "/api/v1/pipeline-runs/start", "/api/v1/pipeline-runs/begun/finish"
	if a := s.post(t, start, "\xef\xbb\xbf"+`{"step_name":"\u0066red","run_id":"begun"}`); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for _, c := range []struct{ path, body, field, says string }{
		{start, `{"step_name":"fred","step_name":"yahoo"}`, "step_name", "given twice"},
		{start, `{"Step_Name":"fred"}`, "Step_Name", "is not a field; allowed are step_name, run_id, started_at"},
		{start, `{"step_name":"fred","status":"RUNNING"}`, "status", "is not a field"},
		{start, `{"step_name":5}`, "step_name", "is not a text"},
		{start, `{"step_name":["fred"]}`, "step_name", "is not a text"},
		{start, `{"step_name":"fred","started_at":"2026-03-02T08:00:00"}`, "started_at", "is not a time with its zone, such as"},
		{start, `{"step_name":"fred","started_at":"yesterday"}`, "started_at", "is not a time"},
		{start, `{"step_name":"fred","started_at":1772438400}`, "started_at", "is not a time"},
		{finish, `{"status":"SUCCESS","duration_seconds":"5"}`, "duration_seconds", "is not a finite number"},
		{finish, `{"status":"SUCCESS","duration_seconds":1e400}`, "duration_seconds", "is not a finite number"},
		{finish, `{"status":"SUCCESS","status":"FAILED"}`, "status", "given twice"},
		{finish, `{"status":"SUCCESS","error_message":{"a":1}}`, "error_message", "is not a text"},
		{start, ``, "", "the body is empty"},
		{start, `null`, "", "not a JSON object"},
		{start, `[{"step_name":"fred"}]`, "", "not a JSON object"},
		{start, `{"step_name":"fred"`, "", "is not complete"},
		{start, `{"step_name":"fr`, "", "is not complete"},
		{start, `{"step_name" "fred"}`, "", "not valid JSON"},
		{start, `{"step_name":"fred"}{}`, "", "something follows"},
	} {
		a := s.post(t, c.path, c.body)
		field := ""
		if len(a.said.Rows) > 0 {
			field = a.said.Rows[0].Field
		}
		if a.status != http.StatusBadRequest || field != c.field || !strings.Contains(a.said.Message, c.says) {
			t.Errorf("%s %s: %d %s; want the field %q and %q", c.path, c.body, a.status, a.body, c.field, c.says)
		}
		for _, inner := range []string{"json:", "Go ", "httpintake", "2006-01-02", "EOF"} {
			if strings.Contains(a.body, inner) {
				t.Errorf("%s %s: the answer speaks of the program's inside: %s", c.path, c.body, a.body)
			}
		}
	}
	if n := s.count(t, "pipeline_runs"); n != 1 {
		t.Errorf("there are %d runs", n)
	}
}

// A name in the path is held against the rules for names before the database sees it.
func TestNamesInThePathThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	for path, want := range map[string]int{
		"/api/v1/ping/a%00b/start": 400, "/api/v1/ping/%ff": 400, "/api/v1/ping/a%0Ab/1": 400,
		"/api/v1/ping/" + strings.Repeat("x", 201):                      400,
		"/api/v1/pipeline-runs/a%00b/finish":                            404,
		"/api/v1/pipeline-runs/%ff/finish":                              404,
		"/api/v1/pipeline-runs/" + strings.Repeat("x", 201) + "/finish": 404,
	} {
		a := s.post(t, path, `{"status":"SUCCESS"}`)
		if a.status != want || strings.Contains(a.body, "PostgreSQL") || a.said.Message == "" {
			t.Errorf("%s: %d %s; want %d", path, a.status, a.body, want)
		}
	}
	if n := s.count(t, "pipeline_runs"); n != 0 {
		t.Errorf("there are %d runs", n)
	}
}
