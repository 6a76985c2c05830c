package httpintake_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/record/httpintake"
)

// runs lists the runs in their order: step, status, seconds and error.
func (s *service) runs(t testing.TB) string {
	t.Helper()
	return s.text(t, `SELECT coalesce(string_agg(concat_ws(' ', step_name, status, duration_seconds, error_message), '; ' ORDER BY started_at, coalesce(finished_at, 'infinity'), run_id), '') FROM pipeline_runs`)
}

func TestPingsRecordRuns(t *testing.T) {
	t.Parallel()
	const rid1, rid2 = "?rid=6ba7b810-9dad-11d1-80b4-00c04fd430c8", "?rid=6BA7B811-9DAD-11D1-80B4-00C04FD430C8"
	token := "mwt_" + strings.Repeat("a", 49)
	for name, c := range map[string]struct {
		pings []string // each a minute after the one before: a path below /ping/, and perhaps a body
		want  string
	}{
		"a success alone":       {[]string{"fred"}, "fred SUCCESS 0"},
		"start and success":     {[]string{"fred/start", "fred"}, "fred SUCCESS 60"},
		"exit status 0":         {[]string{"fred/start", "fred/0"}, "fred SUCCESS 60"},
		"exit status 7":         {[]string{"fred/start", "fred/7"}, "fred FAILED 60 exit status 7"},
		"fail":                  {[]string{"fred/start", "fred/fail"}, "fred FAILED 60 reported as failed"},
		"fail with a text":      {[]string{"fred/start", "fred/fail  no such host \n"}, "fred FAILED 60 no such host"},
		"a secret":              {[]string{"fred/fail postgres://u:hunter2@h/d with " + token}, "fred FAILED 0 postgres://u:***@h/d with ***"},
		"a text that is broken": {[]string{"fred/1 a\x00b\xff"}, "fred FAILED 0 ab\uFFFD"},
		"a start alone":         {[]string{"fred/start"}, "fred RUNNING"},
		"a start twice":         {[]string{"fred/start", "fred/start", "fred"}, "fred FAILED 60 interrupted: the next run began before this one reported its end; fred SUCCESS 60"},
		"two steps":             {[]string{"fred/start", "yahoo/start", "fred", "yahoo/1"}, "fred SUCCESS 120; yahoo FAILED 120 exit status 1"},
		"overlapping runs":      {[]string{"fred/start" + rid1, "fred/start" + rid2, "fred" + rid1, "fred/1" + rid2}, "fred SUCCESS 120; fred FAILED 120 exit status 1"},
		"pings that are sent twice": {[]string{"fred/start" + rid1, "fred/start" + rid1, "fred" + rid1, "fred" + rid1, "fred/start" + rid1},
			"fred SUCCESS 120"},
		"one rid, two steps":       {[]string{"fred/start" + rid1, "yahoo/start" + rid1, "fred" + rid1}, "fred SUCCESS 120; yahoo RUNNING"},
		"an anonymous end":         {[]string{"fred/start" + rid1, "fred"}, "fred RUNNING; fred SUCCESS 0"},
		"a step with blanks":       {[]string{"bcb%20sgs%2Fdaily/start", "bcb%20sgs%2Fdaily"}, "bcb sgs/daily SUCCESS 60"},
		"another program's run":    {[]string{"exec", "fred"}, "fred RUNNING; fred SUCCESS 0"},
		"an end without its start": {[]string{"fred/5" + rid1}, "fred FAILED 0 exit status 5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, httpintake.Limits{})
			for i, ping := range c.pings {
				*s.now = nine.Add(time.Duration(i) * time.Minute)
				if ping == "exec" {
					s.post(t, "/api/v1/pipeline-runs/start", `{"step_name":"fred","run_id":"of exec"}`)
					continue
				}
				path, body, hasBody := strings.Cut(ping, " ")
				method := []string{http.MethodGet, http.MethodHead, http.MethodPost}[i%3]
				if hasBody {
					method = http.MethodPost
				}
				if a := s.send(t, method, "/api/v1/ping/"+path, []byte(body), "Content-Type", ""); a.status >= 300 {
					t.Errorf("%s: %d %s", ping, a.status, a.body)
				}
			}
			if got := s.runs(t); got != c.want {
				t.Errorf("%q\nwant %q", got, c.want)
			}
		})
	}
}

func TestTheEndOfAPingsBodyIsKept(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	long := strings.Repeat("line before\n", 100_000) + "password=hunter2 " + strings.Repeat("é", 2100) + " the last words"
	if a := s.post(t, "/api/v1/ping/fred/fail", long, "Content-Type", "application/x-www-form-urlencoded"); a.status != 200 {
		t.Fatal(a.body)
	}
	message := s.text(t, "SELECT error_message FROM pipeline_runs")
	if len(message) > 4<<10 || !strings.HasSuffix(message, "the last words") || strings.Contains(message, "hunter") || strings.Contains(message, "\uFFFD") {
		t.Errorf("%d bytes are kept, which end with %q", len(message), message[max(0, len(message)-100):])
	}
}

func TestRunsAreStartedAndFinished(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	const start, finish = "/api/v1/pipeline-runs/start", "/api/v1/pipeline-runs/%s/finish"
	begun := s.post(t, start, `{"step_name":"fred"}`)
	if begun.status != http.StatusCreated || begun.said.RunID == "" || begun.said.Status != "RUNNING" {
		t.Fatalf("%d %s", begun.status, begun.body)
	}
	*s.now = nine.Add(90 * time.Second)
	end := fmt.Sprintf(finish, begun.said.RunID)
	for i, c := range []struct {
		path, body string
		status     int
		says       string
	}{
		{start, `{"step_name":"fred","run_id":"` + begun.said.RunID + `"}`, 200, "RUNNING"}, // again
		{start, `{"step_name":"yahoo","run_id":"` + begun.said.RunID + `"}`, 409, "fred"},
		{start, `{"step_name":"fr\u200bed"}`, 400, "step_name"},
		{end, `{"status":"RUNNING"}`, 400, "status"},
		{end, `{"status":"SUCCESS","finished_at":"2026-03-02T08:00:00Z"}`, 400, "before started_at"},
		{end, `{"status":"SUCCESS","duration_seconds":90000}`, 400, "milliseconds"},
		{fmt.Sprintf(finish, "nobody"), `{"status":"SUCCESS"}`, 404, "nobody"},
		{end, `{"status":"failed","error_message":"token=hunter22 is wrong"}`, 200, `"duration_seconds":90`},
		{end, `{"status":"FAILED"}`, 200, `"duration_seconds":90`}, // again
		{end, `{"status":"SUCCESS"}`, 409, "FAILED"},
		{start, `{"step_name":"fred","run_id":"` + begun.said.RunID + `"}`, 200, "FAILED"},
	} {
		if a := s.post(t, c.path, c.body); a.status != c.status || !strings.Contains(a.body, c.says) {
			t.Errorf("%d. %s %s: %d %s; want %d with %s", i, c.path, c.body, a.status, a.body, c.status, c.says)
		}
	}
	if got, want := s.runs(t), "fred FAILED 90 token=*** is wrong"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
