package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// password of the users that these tests add.
const password = "correct horse"

// usersFile makes a file with the users ana (a viewer) and bo (an operator), by the command that people use.
func usersFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "users")
	for user, role := range map[string]string{"ana": "viewer", "bo": "operator"} {
		if r := runIn(t, nil, password+"\n", "user", "add", user, "--role", role, "--users-file", path); r.status != 0 || strings.Contains(r.out+r.errout, password) {
			t.Fatalf("adding %s: %+v", user, r)
		}
	}
	return path
}

// person is somebody at a browser that keeps cookies and follows no redirect.
type person struct {
	t      *testing.T
	client *http.Client
	base   string
}

func personAt(t *testing.T, base string) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, strings.TrimSuffix(base, "/")}
}

// gets returns the status and the text of an answer.
func (p *person) gets(path string) (status int, body string) {
	p.t.Helper()
	resp, err := p.client.Get(p.base + path)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(text)
}

// logsIn sends the login form, and returns the status.
func (p *person) logsIn(user, password string) int {
	p.t.Helper()
	resp, err := p.client.PostForm(p.base+"/login", url.Values{"user": {user}, "password": {password}})
	if err != nil {
		p.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// TestTheNetworkMustLogIn starts real servers at an address that other machines may reach.
func TestTheNetworkMustLogIn(t *testing.T) {
	t.Parallel()
	db, users := pgtest.MigratedURL(t), usersFile(t)
	for name, c := range map[string]struct {
		args  []string
		words []string
	}{
		"no way to log in":           {nil, []string{"--users-file", "--oidc-issuer", "--proxy-user-header", "--insecure-no-login"}},
		"TLS is no login":            {[]string{"--tls-cert", "x", "--tls-key", "y"}, []string{"x"}},
		"an access log is no login":  {[]string{"--access-log", "-"}, []string{"there is no login"}},
		"a proxy without a header":   {[]string{"--proxy-address", "10.0.0.2"}, []string{"there is no login"}},
		"a header without a proxy":   {[]string{"--proxy-user-header", "X-User"}, []string{"--proxy-address"}},
		"a file that is not there":   {[]string{"--users-file", users + "2"}, []string{"--users-file", "no such file"}},
		"a provider without a group": {[]string{"--oidc-issuer", "https://login.example", "--oidc-client-id", "x"}, []string{"--viewer-group"}},
		"a login and none":           {[]string{"--users-file", users, "--insecure-no-login"}, []string{"contradicts"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustRefuse(t, run(t, nil, append([]string{"serve", "--open=false", "--listen", "0.0.0.0:0", "--database-url", db}, c.args...)...), 2, c.words...)
		})
	}
	t.Run("an open file of users", func(t *testing.T) {
		t.Parallel()
		open := usersFile(t)
		if err := os.Chmod(open, 0o644); err != nil {
			t.Fatal(err)
		}
		mustRefuse(t, run(t, nil, "serve", "--open=false", "--listen", "0.0.0.0:0", "--database-url", db, "--users-file", open), 2, "chmod 600")
	})
	t.Run("passwords", func(t *testing.T) {
		t.Parallel()
		s := start(t, []string{"MACROWATCH_USERS_FILE=" + users}, "serve", "--open=false", "--listen", "0.0.0.0:0", "--database-url", db)
		if !strings.Contains(s.log.String(), "plain text") {
			t.Errorf("nothing warns that passwords cross the network as plain text: %s", s.log)
		}
		p := personAt(t, s.url)
		if status, _ := p.gets("/api/search"); status != http.StatusUnauthorized {
			t.Errorf("without a login: %d", status)
		}
		if status := p.logsIn("ana", "wrong guess"); status != http.StatusUnauthorized {
			t.Errorf("with a wrong password: %d", status)
		}
		if status := p.logsIn("ana", password); status != http.StatusSeeOther {
			t.Errorf("with the password: %d", status)
		}
		if status, body := p.gets("/"); status != http.StatusOK || !strings.Contains(body, "&#34;door&#34;:&#34;&#34;") {
			t.Errorf("the page: %d %s", status, body)
		}
	})
	t.Run("a proxy", func(t *testing.T) {
		t.Parallel()
		s := start(t, nil, "serve", "--open=false", "--listen", "0.0.0.0:0", "--database-url", db, "--proxy-user-header", "X-Forwarded-User", "--proxy-address", "127.0.0.1/32,::1")
		for header, want := range map[string]int{"ana": http.StatusOK, "": http.StatusUnauthorized} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/search", nil)
			if err != nil {
				t.Fatal(err)
			}
			if header != "" {
				req.Header.Set("X-Forwarded-User", header)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != want {
				t.Errorf("with the header %q: %d, want %d", header, resp.StatusCode, want)
			}
		}
	})
	t.Run("a loopback address stays open", func(t *testing.T) {
		t.Parallel()
		s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", db)
		if status, _ := personAt(t, s.url).gets("/api/search"); status != http.StatusOK {
			t.Errorf("%d", status)
		}
	})
}

// Two servers of one database share its sessions, and session revoke ends them on both while they run.
func TestSessionsAreRevokedWhileServersRun(t *testing.T) {
	t.Parallel()
	db, users := pgtest.MigratedURL(t), usersFile(t)
	env := []string{"DATABASE_URL=" + db}
	serve := func() *service {
		return start(t, env, "serve", "--open=false", "--listen", "127.0.0.1:0", "--users-file", users)
	}
	one, two := serve(), serve()
	ana := personAt(t, one.url)
	bo := personAt(t, two.url)
	if ana.logsIn("ana", password) != http.StatusSeeOther || bo.logsIn("bo", password) != http.StatusSeeOther {
		t.Fatal("they can't log in")
	}
	ana.base = strings.TrimSuffix(two.url, "/") // cookies belong to a host, whatever the port is
	if status, _ := ana.gets("/api/search"); status != http.StatusOK {
		t.Errorf("ana's session on the other server: %d", status)
	}
	var listed []struct{ ID, User, Role, Method, Address string }
	r := run(t, env, "session", "list", "--json")
	if err := json.Unmarshal([]byte(r.out), &listed); err != nil || len(listed) != 2 {
		t.Fatalf("%+v: %v", r, err)
	}
	for _, s := range listed {
		if s.Method != "password" || s.Address != "127.0.0.1" || (s.User == "bo") != (s.Role == "operator") {
			t.Errorf("a session is %+v", s)
		}
	}
	if r := run(t, env, "session", "list"); r.status != 0 || !strings.Contains(r.out, listed[0].ID) || !strings.Contains(r.out, "ana, 127.0.0.1") {
		t.Errorf("%+v", r)
	}
	out := func(p *person) (bool, string) {
		status, body := p.gets("/api/search")
		return status == http.StatusUnauthorized, fmt.Sprint(status, " ", body)
	}
	if r := run(t, env, "session", "revoke", "--user", "ana"); r.status != 0 || r.out != "ended: 1\n" {
		t.Errorf("%+v", r)
	}
	eventually(t, "ana is out", func() (bool, string) { return out(ana) })
	if status, _ := bo.gets("/api/search"); status != http.StatusOK {
		t.Errorf("bo is out as well: %d", status)
	}
	if r := run(t, nil, "user", "remove", "bo", "--users-file", users); r.status != 0 {
		t.Errorf("%+v", r)
	}
	eventually(t, "bo is out", func() (bool, string) { return out(bo) })
	if status := bo.logsIn("bo", password); status != http.StatusUnauthorized {
		t.Errorf("bo, who was removed, logs in: %d", status)
	}
}

// Whoever revokes a session relies on it. So a command that has found no session to end says so and fails.
func TestRevokingNoSessionFails(t *testing.T) {
	t.Parallel()
	db := pgtest.MigratedURL(t)
	env := []string{"DATABASE_URL=" + db}
	s := start(t, env, "serve", "--open=false", "--listen", "127.0.0.1:0", "--users-file", usersFile(t))
	ana, bo := personAt(t, s.url), personAt(t, s.url)
	if ana.logsIn("ana", password) != http.StatusSeeOther || bo.logsIn("bo", password) != http.StatusSeeOther {
		t.Fatal("they can't log in")
	}
	revoke := func(args ...string) result { return run(t, env, append([]string{"session", "revoke"}, args...)...) }
	if r := revoke("--user", "bo"); r.status != 0 || r.out != "ended: 1\n" {
		t.Fatalf("%+v", r)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--user", "nobody"}, `no session of a user "nobody"`},
		{[]string{"--user", "Ana"}, `no session of a user "Ana"`}, // names are compared as they are
		{[]string{"--user", "bo"}, `no session of a user "bo"`},   // they are over already
		{[]string{"--user", ""}, `no session of a user ""`},
		{[]string{"0123456789ab"}, "no session 0123456789ab"},
	} {
		if r := revoke(c.args...); r.status != 1 || !strings.Contains(r.errout, c.says) || !strings.Contains(r.errout, "nothing was ended") || r.out != "" {
			t.Errorf("%q: %+v", c.args, r)
		}
	}
	if status, _ := ana.gets("/api/search"); status != http.StatusOK {
		t.Errorf("ana is out: %d", status)
	}
	for _, want := range []string{"ended: 1\n", "ended: 0\n"} {
		if r := revoke("--all"); r.status != 0 || r.out != want {
			t.Errorf("--all: %+v", r)
		}
	}
}

// A database login that only reads can't keep sessions, and serve says so at the start.
func TestALoginNeedsADatabaseThatKeepsSessions(t *testing.T) {
	t.Parallel()
	db := pgtest.MigratedURL(t)
	u, err := url.Parse(db)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("default_transaction_read_only", "on")
	u.RawQuery = q.Encode()
	mustRefuse(t, run(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", u.String(), "--users-file", usersFile(t)), 1,
		"macrowatch_sessions", "GRANT SELECT, INSERT, UPDATE, DELETE")
}

// The access log says who did what, and not with which secrets. A signal opens its file anew.
func TestTheAccessLog(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "access.log")
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", pgtest.MigratedURL(t), "--users-file", usersFile(t), "--access-log", log)
	p := personAt(t, s.url)
	p.gets("/api/search?token=verysecret")
	p.logsIn("ana", password)
	p.gets("/api/search?token=verysecret")
	want := []string{" 401 GET /api/search", "ana 303 POST /login", "ana 200 GET /api/search"}
	text := logged(t, log, want...)
	for _, secret := range []string{"verysecret", password, "correct", "?"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log has %q: %s", secret, text)
		}
	}
	if err := os.Rename(log, log+".1"); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a new log", func() (bool, string) {
		_, err := os.Stat(log)
		return err == nil, fmt.Sprint(err)
	})
	if status, _ := p.gets("/livez"); status != http.StatusOK {
		t.Errorf("the signal ended the server: %d", status)
	}
	logged(t, log, " 200 GET /livez")
}

// logged waits until a log has these lines, and returns its text. A line is written as USER STATUS METHOD PATH.
func logged(t *testing.T, path string, want ...string) (text string) {
	t.Helper()
	eventually(t, "the log of "+strings.Join(want, ", "), func() (bool, string) {
		content, err := os.ReadFile(path)
		if err != nil {
			return false, err.Error()
		}
		text = string(content)
		var lines []string
		for scan := bufio.NewScanner(strings.NewReader(text)); scan.Scan(); {
			var l struct {
				Time, User, Role, Address, Method, Path string
				Status                                  int
				Bytes                                   int64
				Duration                                float64 `json:"duration_ms"`
			}
			if err := json.Unmarshal(scan.Bytes(), &l); err != nil {
				return false, err.Error()
			}
			if l.Time == "" || l.Address != "127.0.0.1" || l.Duration <= 0 || (l.User == "ana") != (l.Role == "viewer") {
				t.Errorf("a line is %s", scan.Text())
			}
			lines = append(lines, fmt.Sprintf("%s %d %s %s", l.User, l.Status, l.Method, l.Path))
		}
		return strings.Join(lines, "\n") == strings.Join(want, "\n"), text
	})
	return text
}

// Prometheus and supervisors may have an address of their own, which needs no login.
func TestMetricsHaveAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	metrics := "127.0.0.1:" + freePort(t)
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", pgtest.MigratedURL(t), "--users-file", usersFile(t), "--metrics-listen", metrics)
	here, there := personAt(t, s.url), personAt(t, "http://"+metrics)
	for _, path := range []string{"/metrics", "/livez", "/readyz"} {
		if status, body := here.gets(path); status != http.StatusNotFound {
			t.Errorf("%s at the main address: %d %s", path, status, body)
		}
		if status, body := there.gets(path); status != http.StatusOK {
			t.Errorf("%s at its own address: %d %s", path, status, body)
		}
	}
	for _, path := range []string{"/", "/api/search", "/login", "/assets/app.js", "/d/risk-dashboard/x"} {
		if status, body := there.gets(path); status != http.StatusNotFound {
			t.Errorf("%s at the address of the metrics: %d %s", path, status, body)
		}
	}
}
