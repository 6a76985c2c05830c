package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// posted is an answer to a request to the intake.
type posted struct {
	status int
	header http.Header
	body   string
}

// post sends a request to the intake of a service.
func post(t testing.TB, s *service, token, path, body string) posted {
	t.Helper()
	p, err := tryPost(t, s, token, path, body)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// madeToken makes a token with the command.
func madeToken(t testing.TB, database string, args ...string) string {
	t.Helper()
	r := run(t, []string{"DATABASE_URL=" + database}, append([]string{"token", "create"}, args...)...)
	text := strings.TrimSpace(r.out)
	if r.status != 0 || !strings.HasPrefix(text, "mwt_") || strings.Contains(r.errout, text) {
		t.Fatalf("token create: %d %q %s", r.status, r.out, r.errout)
	}
	return text
}

const oneSignal = `{"strategy_id":"FX_CARRY","instrument":"USDBRL","direction":"LONG","confidence":0.5,"generated_at":"2026-03-02T08:00:00Z"}`

func TestATokenWorksUntilItIsRevoked(t *testing.T) {
	t.Parallel()
	database := pgtest.MigratedURL(t)
	s := start(t, []string{"DATABASE_URL=" + database}, "serve", "--listen", "127.0.0.1:0", "--open=false")
	all, fred := madeToken(t, database, "all"), madeToken(t, database, "fred cron", "--step", "fred")

	if p := post(t, s, all, "/api/v1/signals", oneSignal); p.status != http.StatusOK || !strings.Contains(p.body, `"inserted":1`) {
		t.Errorf("%d %s", p.status, p.body)
	}
	if p := post(t, s, fred, "/api/v1/signals", oneSignal); p.status != http.StatusForbidden || !strings.Contains(p.body, "needs a token for signals") {
		t.Errorf("%d %s", p.status, p.body)
	}
	if p := post(t, s, fred, "/api/v1/ping/fred", ""); p.status != http.StatusOK {
		t.Errorf("%d %s", p.status, p.body)
	}
	if p := post(t, s, fred, "/api/v1/ping/yahoo", ""); p.status != http.StatusForbidden || !strings.Contains(p.body, "yahoo") {
		t.Errorf("%d %s", p.status, p.body)
	}
	var list struct {
		Tokens []struct {
			ID, Name, State string
			LastUsedAt      *string `json:"last_used_at"`
		}
	}
	listed := run(t, []string{"DATABASE_URL=" + database}, "token", "list", "--json")
	if err := json.Unmarshal([]byte(listed.out), &list); err != nil || len(list.Tokens) != 2 || list.Tokens[0].LastUsedAt == nil || list.Tokens[1].State != "valid" {
		t.Fatalf("%v %s", err, listed.out)
	}
	if r := run(t, []string{"DATABASE_URL=" + database}, "token", "revoke", list.Tokens[0].ID); r.status != 0 || !strings.Contains(r.out, "(all) is revoked") {
		t.Errorf("%+v", r)
	}
	if p := post(t, s, all, "/api/v1/signals", oneSignal); p.status != http.StatusUnauthorized || !strings.Contains(p.body, "is revoked") {
		t.Errorf("%d %s", p.status, p.body)
	}
	if r := run(t, []string{"DATABASE_URL=" + database}, "token", "revoke", "nobody"); r.status != 1 || !strings.Contains(r.errout, `no token "nobody"`) {
		t.Errorf("%+v", r)
	}
	if r := run(t, []string{"DATABASE_URL=" + database}, "token", "list"); !strings.Contains(r.out, "runs of fred") || !strings.Contains(r.out, "revoked 2") {
		t.Errorf("%s", r.out)
	}
	if log := s.log.String(); strings.Contains(log, all[8:]) {
		t.Errorf("the log has the token: %s", log)
	}
}

// An expired token is refused from that moment on, and the list still says when it was last used.
func TestAnExpiredTokenIsRefusedOverHTTP(t *testing.T) {
	t.Parallel()
	database := pgtest.MigratedURL(t)
	env := []string{"DATABASE_URL=" + database}
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", database)
	token := madeToken(t, database, "airflow", "--expires", "90d")
	if r := run(t, env, "token", "list"); !strings.Contains(r.out, "valid until") || !strings.Contains(r.out, "never") {
		t.Errorf("before its use: %+v", r)
	}
	if p := post(t, s, token, "/api/v1/ping/fred", ""); p.status != http.StatusOK {
		t.Fatalf("%d %s", p.status, p.body)
	}
	eventually(t, "the list says when it was used", func() (bool, string) {
		r := run(t, env, "token", "list")
		return !strings.Contains(r.out, "never"), r.out + r.errout
	})
	mustSQL(t, database, "UPDATE macrowatch_tokens SET created_at = now() - interval '91 days', expires_at = now() - interval '1 second'")
	for _, path := range []string{"/api/v1/ping/fred", "/api/v1/pipeline-runs", "/api/v1/lineage"} {
		p := post(t, s, token, path, "{}")
		if p.status != http.StatusUnauthorized || !strings.Contains(p.body, "expired") || !strings.Contains(p.header.Get("WWW-Authenticate"), "invalid_token") || strings.Contains(p.body, token) {
			t.Errorf("%s: %d %v %s", path, p.status, p.header, p.body)
		}
	}
	if r := run(t, env, "token", "list"); !strings.Contains(r.out, "expired 2") || strings.Contains(r.out, "never") {
		t.Errorf("%+v", r)
	}
	if n := scalar[int](t, database, "SELECT count(*) FROM pipeline_runs"); n != 1 {
		t.Errorf("%d runs", n)
	}
}

// A token that could not be printed is nobody's, and must not stay valid.
func TestATokenThatCouldNotBePrintedIsRevoked(t *testing.T) {
	t.Parallel()
	database := pgtest.MigratedURL(t)
	for _, call := range [][]string{{"token", "create", "airflow"}, {"token", "create", "airflow", "--json"}} {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if errors.Is(err, fs.ErrNotExist) {
			t.Skip("there is no /dev/full here")
		}
		if err != nil {
			t.Fatal(err)
		}
		var errout bytes.Buffer
		c := exec.CommandContext(t.Context(), program(t), call...)
		c.Env, c.Stdout, c.Stderr = append(ownEnv(t), "DATABASE_URL="+database), full, &errout
		_ = c.Run() // the exit status says what came of it
		if status := c.ProcessState.ExitCode(); status != 1 || !strings.Contains(errout.String(), "revoked") || !strings.Contains(errout.String(), "no space left") {
			t.Errorf("%q: %d %s", call, status, errout.String())
		}
		_ = full.Close()
	}
	if r := run(t, []string{"DATABASE_URL=" + database}, "token", "list"); strings.Count(r.out, "revoked") != 2 || strings.Contains(r.out, "valid") {
		t.Errorf("%s", r.out)
	}
	madeToken(t, database, "airflow") // the name is free
}
