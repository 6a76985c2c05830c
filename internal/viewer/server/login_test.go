package server_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/oidcprovider"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testlog"
	"macrowatch/internal/viewer/access"
	"macrowatch/internal/viewer/access/oidc"
	"macrowatch/internal/viewer/access/passwords"
	"macrowatch/internal/viewer/access/proxy"
	"macrowatch/internal/viewer/server"
	"macrowatch/web"
)

// sessionStore keeps sessions in a database, as the command line does.
type sessionStore struct{ *store.Store }

func (s sessionStore) AddSession(ctx context.Context, session access.Session) error {
	return s.AddLoginSession(ctx, store.LoginSession(session))
}

func (s sessionStore) Sessions(ctx context.Context, hashes [][32]byte) (all []access.Session, err error) {
	found, err := s.LoginSessions(ctx, hashes)
	for _, f := range found {
		all = append(all, access.Session(f))
	}
	return all, err
}

func (s sessionStore) MarkSeen(ctx context.Context, hashes [][32]byte, at time.Time) error {
	return s.MarkLoginSessionsSeen(ctx, hashes, at)
}

func (s sessionStore) EndSession(ctx context.Context, hash [32]byte) error {
	_, err := s.EndLoginSession(ctx, hash)
	return err
}

func (s sessionStore) RemoveEnded(ctx context.Context, now, unusedSince time.Time) error {
	return s.RemoveEndedLoginSessions(ctx, now, unusedSince)
}

// movedClock is a clock that a test moves.
type movedClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *movedClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *movedClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// office is a server with a login, and what a test needs to watch it.
type office struct {
	*httptest.Server
	sessions *access.Sessions
	store    *store.Store
	pool     *pgxpool.Pool
	clock    *movedClock
	log      *testlog.Log // the access log
	users    string       // the file with the users
	provider *oidcprovider.Provider
}

// password of both people, ana (a viewer) and bo (an operator).
const password = "correct horse"

// deskWith starts a server with a way to log in: password, oidc or proxy. change may change its configuration.
func deskWith(t *testing.T, way string, change func(*server.Config)) *office {
	t.Helper()
	d := &office{pool: pgtest.Migrated(t), clock: &movedClock{at: noon}, log: &testlog.Log{}, users: filepath.Join(t.TempDir(), "users")}
	d.store = store.New(d.pool, nil)
	cfg := config(t, small, d.pool)
	page, err := web.Dist()
	if err != nil {
		t.Fatal(err)
	}
	cfg.Page, cfg.Now, cfg.AccessLog = page, d.clock.now, d.log
	cfg.DeliverKept = func(context.Context) (int, error) { return 3, nil }
	opts := access.SessionOptions{Method: way, Idle: time.Hour, Lifetime: 24 * time.Hour, Now: d.clock.now}
	login := &server.Login{Roles: access.RoleRules{ViewerGroups: []string{"desk"}, OperatorGroups: []string{"ops"}}}
	switch way {
	case access.ByPassword:
		d.writeUsers(t)
		if login.Passwords, err = passwords.NewChecker(d.users, slog.New(slog.DiscardHandler), d.clock.now); err != nil {
			t.Fatal(err)
		}
		opts.Accounts = login.Passwords
	case access.ByOIDC:
		d.provider = oidcprovider.Start(t)
		login.OIDC = oidc.New(oidc.Options{
			Issuer: d.provider.URL, ClientID: oidcprovider.ClientID, ClientSecret: oidcprovider.Secret, Scopes: []string{"profile"}, UserClaim: "preferred_username", GroupsClaim: "groups",
		})
	case access.ByProxy:
		login.Proxies = access.Proxies{netip.MustParsePrefix("127.0.0.1/32")}
		login.Proxy = &proxy.Headers{User: "X-Forwarded-User", Groups: "X-Forwarded-Groups", From: login.Proxies}
	}
	if way != access.ByProxy {
		d.sessions = access.NewSessions(sessionStore{d.store}, opts)
		login.Sessions = d.sessions
	}
	cfg.Login = login
	if change != nil {
		change(&cfg)
	}
	d.Server = serve(t, cfg)
	if d.provider != nil {
		d.provider.Allow(d.URL + cfg.BasePath + "/login/callback")
	}
	return d
}

func (d *office) writeUsers(t *testing.T) {
	t.Helper()
	err := passwords.Change(t.Context(), d.users, true, func([]passwords.User) ([]passwords.User, error) {
		ana, err := passwords.NewUser("ana", access.Viewer, password)
		if err != nil {
			return nil, err
		}
		bo, err := passwords.NewUser("bo", access.Operator, password)
		return []passwords.User{ana, bo}, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// browser returns a client that keeps cookies and follows no redirect.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// send sends a request with headers, written as pairs.
func send(t *testing.T, b *http.Client, method, address, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
		req.Header.Add(headers[i], headers[i+1])
	}
	resp, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// logIn sends the login form.
func (d *office) logIn(t *testing.T, b *http.Client, user, password, next string) answer {
	t.Helper()
	form := url.Values{"user": {user}, "password": {password}, "next": {next}}
	return send(t, b, http.MethodPost, d.URL+"/login", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// ana returns a browser in which ana has logged in.
func (d *office) signedIn(t *testing.T, user string) *http.Client {
	t.Helper()
	b := browser(t)
	if a := d.logIn(t, b, user, password, "/"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/" {
		t.Fatalf("%s can't log in: %d %s", user, a.status, a.body)
	}
	return b
}

// everyRoute returns a request for each route of a server: its method and its path.
func everyRoute(t *testing.T, patterns []string) (all [][2]string) {
	t.Helper()
	filled := strings.NewReplacer("{uid}", "small", "{slug}", "small", "{id}", "1", "{$}", "")
	for _, p := range patterns {
		method, path, found := strings.Cut(p, " ")
		if !found {
			method, path = http.MethodGet, p
		}
		path = filled.Replace(path)
		if strings.Contains(path, "{") {
			t.Fatalf("the route %s has a part that this test does not fill in", p)
		}
		all = append(all, [2]string{method, path})
		if strings.HasSuffix(path, "/") {
			all = append(all, [2]string{method, path + "none"})
		}
		if !found {
			all = append(all, [2]string{http.MethodPost, path + "none"}, [2]string{http.MethodDelete, path + "none"}, [2]string{http.MethodHead, path})
		}
	}
	return all
}

// TestEveryRouteNeedsALogin walks every route of the server. It refuses all of them without credentials and with wrong
// ones, except those that the list here names.
func TestEveryRouteNeedsALogin(t *testing.T) {
	t.Parallel()
	open := []string{"/livez", "/readyz", "/assets/", "/login", "/logout", "/login/oidc", "/login/callback", "/api/v1/"}
	for way, wrong := range map[string]map[string][]string{
		access.ByPassword: {
			"no credentials": nil, "another cookie": {"Cookie", "session=x"}, "a made-up session": {"Cookie", "macrowatch_session=" + strings.Repeat("A", 43)},
			"a damaged session": {"Cookie", "macrowatch_session=x"}, "an empty session": {"Cookie", "macrowatch_session="}, "basic authentication": {"Authorization", "Basic YW5hOmNvcnJlY3QgaG9yc2U="},
			"a bearer token": {"Authorization", "Bearer " + strings.Repeat("A", 43)}, "a proxy's header": {"X-Forwarded-User", "ana"}, "the session of https": {"Cookie", "__Host-macrowatch_session=" + strings.Repeat("A", 43)},
			"a forged address": {"X-Forwarded-For", "127.0.0.1"}, "another method": {"X-HTTP-Method-Override", "GET"},
		},
		access.ByOIDC: {"no credentials": nil, "a made-up session": {"Cookie", "macrowatch_session=" + strings.Repeat("A", 43)}, "a made-up login": {"Cookie", "macrowatch_login=e30"}},
		access.ByProxy: {
			"no header": nil, "an empty header": {"X-Forwarded-User", ""}, "two headers": {"X-Forwarded-User", "ana", "X-Forwarded-User", "ana", "X-Forwarded-Groups", "desk"},
			"no group": {"X-Forwarded-User", "ana"}, "another group": {"X-Forwarded-User", "ana", "X-Forwarded-Groups", "sales"}, "groups alone": {"X-Forwarded-Groups", "ops"},
		},
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			var patterns []string
			d := deskWith(t, way, func(cfg *server.Config) {
				s, err := server.New(*cfg)
				if err != nil {
					t.Fatal(err)
				}
				patterns = server.Patterns(s)
			})
			right := browser(t)
			var headers []string
			switch way {
			case access.ByPassword:
				right = d.signedIn(t, "ana")
			case access.ByOIDC:
				d.provider.SetGroups(oidcprovider.Ana, "desk")
				right, _ = d.throughProvider(t, oidcprovider.Ana, "/")
			case access.ByProxy:
				headers = []string{"X-Forwarded-User", "ana", "X-Forwarded-Groups", "desk"}
			}
			walked := 0
			for _, route := range everyRoute(t, patterns) {
				method, path := route[0], route[1]
				if slices.ContainsFunc(open, func(o string) bool { return path == o || strings.HasSuffix(o, "/") && strings.HasPrefix(path, o) }) {
					continue
				}
				walked++
				for name, credentials := range wrong {
					for _, accept := range []string{"application/json", "text/html", "*/*"} {
						a := send(t, browser(t), method, d.URL+path, "", append([]string{"Accept", accept}, credentials...)...)
						toLogin := a.status == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/login?next=")
						if a.status != http.StatusUnauthorized && a.status != http.StatusForbidden && !toLogin {
							t.Errorf("%s %s with %s is answered: %d %.200s", method, path, name, a.status, a.body)
						}
						if strings.Contains(a.body, "Small") || strings.Contains(a.body, "pipeline_runs") || strings.Contains(a.body, "macrowatch_") {
							t.Errorf("%s %s with %s tells %.200s", method, path, name, a.body)
						}
					}
				}
				if path == "/api/spool/retry" {
					continue // TestOnlyOperatorsRetryTheSpool has the right credentials
				}
				if a := send(t, right, method, d.URL+path, "", headers...); a.status == http.StatusUnauthorized || a.status == http.StatusForbidden || a.status == http.StatusSeeOther {
					t.Errorf("%s %s with the right credentials is refused: %d %s", method, path, a.status, a.body)
				}
			}
			if walked < 15 {
				t.Errorf("only %d routes were walked", walked)
			}
			for _, path := range []string{"/livez", "/readyz"} {
				if a := send(t, browser(t), http.MethodGet, d.URL+path, ""); a.status != http.StatusOK {
					t.Errorf("%s, which supervisors ask: %d", path, a.status)
				}
			}
		})
	}
}

func TestAPersonLogsInAndOut(t *testing.T) {
	t.Parallel()
	d := deskWith(t, access.ByPassword, nil)
	b := browser(t)
	if a := send(t, b, http.MethodGet, d.URL+"/d/small/small?from=now-7d&to=now", "", "Accept", "text/html"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/login?next=%2Fd%2Fsmall%2Fsmall%3Ffrom%3Dnow-7d%26to%3Dnow" {
		t.Errorf("a page without a login: %d %v", a.status, a.header)
	}
	form := send(t, b, http.MethodGet, d.URL+"/login?next=%2Fd%2Fsmall%2Fsmall%3Ffrom%3Dnow-7d", "")
	if form.status != http.StatusOK || !strings.Contains(form.body, `value="/d/small/small?from=now-7d"`) || !strings.Contains(form.header.Get("Content-Security-Policy"), "form-action 'self'") ||
		strings.Contains(form.body, "<script") || form.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the login page: %d %v %s", form.status, form.header, form.body)
	}
	for user, typed := range map[string]string{"ana": "wrong guess", "Ana": password, "nobody": password, "": "", "<b>x</b>": "typed secret"} {
		a := d.logIn(t, browser(t), user, typed, "/d/x")
		if a.status != http.StatusUnauthorized || !strings.Contains(a.body, "The name or the password is wrong.") || a.header.Get("Set-Cookie") != "" || strings.Contains(a.body, "<b>x") || typed != "" && strings.Contains(a.body, typed) {
			t.Errorf("%q with %q: %d %s", user, typed, a.status, a.body)
		}
	}
	if a := d.logIn(t, b, "ana", password, "/d/small/small?from=now-7d"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/d/small/small?from=now-7d" {
		t.Fatalf("logging in: %d %v", a.status, a.header)
	}
	page := send(t, b, http.MethodGet, d.URL+"/", "")
	if page.status != http.StatusOK || !strings.Contains(page.body, "&#34;user&#34;:{&#34;name&#34;:&#34;ana&#34;,&#34;role&#34;:&#34;viewer&#34;,&#34;signsOut&#34;:true}") {
		t.Errorf("the page: %d %s", page.status, page.body)
	}
	if a := send(t, b, http.MethodGet, d.URL+"/login?next=/d/small/small", ""); a.status != http.StatusSeeOther || a.header.Get("Location") != "/d/small/small" {
		t.Errorf("the login page of a person who is logged in: %d %v", a.status, a.header)
	}
	out := send(t, b, http.MethodPost, d.URL+"/logout", "")
	if out.status != http.StatusSeeOther || out.header.Get("Location") != "/login?left" || !strings.Contains(out.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("logging out: %d %v", out.status, out.header)
	}
	if open, err := d.store.ListLoginSessions(t.Context(), d.clock.now()); err != nil || len(open) != 0 {
		t.Errorf("there are still sessions: %v, %v", open, err)
	}
	if a := send(t, b, http.MethodGet, d.URL+"/login?left", ""); !strings.Contains(a.body, "You are signed out.") {
		t.Errorf("the page after that: %s", a.body)
	}
}

// Whoever puts a session into another person's browser before the login gets nothing of the session after it.
func TestALoginBeginsANewSession(t *testing.T) {
	t.Parallel()
	d := deskWith(t, access.ByPassword, nil)
	b := d.signedIn(t, "bo")
	at, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	before := b.Jar.Cookies(at)[0]
	if a := d.logIn(t, b, "ana", password, "/"); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	if after := b.Jar.Cookies(at)[0]; after.Name != before.Name || after.Value == before.Value {
		t.Errorf("the session is %v, and was %v", after, before)
	}
	if a := send(t, browser(t), http.MethodGet, d.URL+"/api/search", "", "Cookie", before.Name+"="+before.Value); a.status != http.StatusUnauthorized {
		t.Errorf("the session of before still counts: %d", a.status)
	}
	planted := strings.Repeat("A", 43)
	planter := browser(t)
	planter.Jar.SetCookies(at, []*http.Cookie{{Name: before.Name, Value: planted}})
	if a := d.logIn(t, planter, "ana", password, "/"); a.status != http.StatusSeeOther || strings.Contains(a.header.Get("Set-Cookie"), planted) {
		t.Errorf("a planted session is kept: %d %v", a.status, a.header)
	}
	if a := send(t, browser(t), http.MethodGet, d.URL+"/api/search", "", "Cookie", before.Name+"="+planted); a.status != http.StatusUnauthorized {
		t.Errorf("a planted session counts: %d", a.status)
	}
}

func TestCookiesAreSafe(t *testing.T) {
	t.Parallel()
	public := func(address string) func(*server.Config) {
		return func(cfg *server.Config) {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			cfg.Login.PublicURL, cfg.BasePath, cfg.AllowedHosts = u, u.Path, []string{u.Host}
		}
	}
	proxied := func(cfg *server.Config) { cfg.Login.Proxies = access.Proxies{netip.MustParsePrefix("127.0.0.1/32")} }
	for name, c := range map[string]struct {
		change  func(*server.Config)
		base    string
		headers []string
		want    string
	}{
		"plain http":                {nil, "", nil, "^macrowatch_session=[^;]{43}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax$"},
		"plain http that lies":      {nil, "", []string{"X-Forwarded-Proto", "https"}, "^macrowatch_session=[^;]{43}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax$"},
		"http below a path":         {func(cfg *server.Config) { cfg.BasePath = "/macro" }, "/macro", nil, "^macrowatch_session=[^;]{43}; Path=/macro; Max-Age=86400; HttpOnly; SameSite=Lax$"},
		"a proxy with https":        {proxied, "", []string{"X-Forwarded-Proto", "https"}, "^__Host-macrowatch_session=[^;]{43}; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax$"},
		"a proxy with http":         {proxied, "", []string{"X-Forwarded-Proto", "http"}, "^macrowatch_session=[^;]{43}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax$"},
		"a public address":          {public("https://desk.example"), "", nil, "^__Host-macrowatch_session=[^;]{43}; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax$"},
		"a public address and path": {public("https://desk.example/macro"), "/macro", nil, "^__Secure-macrowatch_session=[^;]{43}; Path=/macro; Max-Age=86400; HttpOnly; Secure; SameSite=Lax$"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := deskWith(t, access.ByPassword, c.change)
			form := url.Values{"user": {"ana"}, "password": {password}}.Encode()
			a := send(t, browser(t), http.MethodPost, d.URL+c.base+"/login", form, append([]string{"Content-Type", "application/x-www-form-urlencoded"}, c.headers...)...)
			got := a.header.Values("Set-Cookie")
			if len(got) != 1 || !regexp.MustCompile(c.want).MatchString(got[0]) {
				t.Fatalf("%d %q", a.status, got)
			}
			cookie, _, _ := strings.Cut(got[0], ";")
			if a := send(t, browser(t), http.MethodGet, d.URL+c.base+"/api/search", "", append([]string{"Cookie", cookie}, c.headers...)...); a.status != http.StatusOK {
				t.Errorf("the cookie does not let in: %d", a.status)
			}
			if a := send(t, browser(t), http.MethodGet, d.URL+c.base+"/api/search", "", append([]string{"Cookie", cookie + "; " + cookie}, c.headers...)...); a.status != http.StatusUnauthorized {
				t.Errorf("two cookies let in: %d", a.status)
			}
		})
	}
}

func TestALoginLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	d := deskWith(t, access.ByPassword, nil)
	for _, next := range []string{"//evil.example", "/\\evil.example", "https:/x", "https://evil.example", "/%2e%2e//evil.example", "javascript:alert(1)", "/\t/evil.example"} {
		d.clock.pass(time.Hour)
		if a := d.logIn(t, browser(t), "ana", password, next); a.header.Get("Location") != "/" {
			t.Errorf("%q leads to %q", next, a.header.Get("Location"))
		}
		if a := send(t, browser(t), http.MethodGet, d.URL+"/login?next="+url.QueryEscape(next), ""); !strings.Contains(a.body, `name="next" value="/"`) {
			t.Errorf("%q is in the form: %s", next, a.body)
		}
	}
}

func TestOtherSitesCanNeitherLogInNorOut(t *testing.T) {
	t.Parallel()
	d := deskWith(t, access.ByPassword, nil)
	b := d.signedIn(t, "ana")
	form := url.Values{"user": {"bo"}, "password": {password}}.Encode()
	for name, headers := range map[string][]string{
		"another site": {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, "another port": {"Sec-Fetch-Site", "same-site", "Origin", "http://127.0.0.1:1"},
		"an old browser": {"Origin", "https://evil.example"}, "a sandboxed frame": {"Origin", "null"}, "a name that was pointed here": {"Host", "evil.example", "Origin", "http://evil.example"},
	} {
		for _, path := range []string{"/login", "/logout"} {
			a := send(t, b, http.MethodPost, d.URL+path, form, append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
			if a.status != http.StatusForbidden && a.status != http.StatusMisdirectedRequest || a.header.Get("Set-Cookie") != "" {
				t.Errorf("%s: POST %s: %d %v", name, path, a.status, a.header)
			}
		}
	}
	if a := send(t, b, http.MethodGet, d.URL+"/logout", ""); a.status == http.StatusSeeOther {
		t.Error("a picture of another site could log a person out")
	}
	if a := send(t, b, http.MethodGet, d.URL+"/", ""); !strings.Contains(a.body, "&#34;ana&#34;") {
		t.Errorf("ana is not logged in any more: %d", a.status)
	}
	if a := send(t, b, http.MethodPost, d.URL+"/logout", "", "Sec-Fetch-Site", "same-origin", "Origin", d.URL); a.status != http.StatusSeeOther {
		t.Errorf("the own page can't log out: %d", a.status)
	}
}

func TestAttemptsToLogInAreLimited(t *testing.T) {
	t.Parallel()
	d := deskWith(t, access.ByPassword, func(cfg *server.Config) {
		cfg.Login.Proxies = access.Proxies{netip.MustParsePrefix("127.0.0.1/32")}
	})
	try := func(user, password, from string) answer {
		form := url.Values{"user": {user}, "password": {password}}
		return send(t, browser(t), http.MethodPost, d.URL+"/login", form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-For", from)
	}
	for i := range 5 {
		if a := try("ana", "wrong", "192.0.2."+string('1'+rune(i))); a.status != http.StatusUnauthorized {
			t.Errorf("attempt %d: %d", i, a.status)
		}
	}
	a := try("ana", password, "192.0.2.9")
	if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") != "15" || !strings.Contains(a.body, "Try again in 15 s") {
		t.Errorf("the sixth attempt for ana: %d %v %s", a.status, a.header, a.body)
	}
	if a := try("bo", password, "192.0.2.9"); a.status != http.StatusSeeOther {
		t.Errorf("another user: %d", a.status)
	}
	for i := range 19 { // one attempt of this address is counted already
		if a := try("user"+string('a'+rune(i)), "wrong", "198.51.100.1"); a.status != http.StatusUnauthorized {
			t.Errorf("attempt %d from one address: %d", i, a.status)
		}
	}
	try("userz", "wrong", "198.51.100.1")
	if a := try("bo", password, "198.51.100.1"); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") != "5" {
		t.Errorf("the 21st attempt from one address: %d %v", a.status, a.header)
	}
	d.clock.pass(15 * time.Second)
	if a := try("ana", password, "192.0.2.9"); a.status != http.StatusSeeOther {
		t.Errorf("after the wait: %d", a.status)
	}
	if a := send(t, browser(t), http.MethodPost, d.URL+"/login", "user="+strings.Repeat("x", 9000), "Content-Type", "application/x-www-form-urlencoded"); a.status != http.StatusBadRequest {
		t.Errorf("a form of 9 KB: %d", a.status)
	}
}

// A session that another process revokes is over on a running server at its next look, and so are its answers.
func TestARevokedSessionIsOver(t *testing.T) {
	t.Parallel()
	d := deskWith(t, access.ByPassword, nil)
	ana, bo := d.signedIn(t, "ana"), d.signedIn(t, "bo")
	search := func(b *http.Client) int { return send(t, b, http.MethodGet, d.URL+"/api/search", "").status }
	if search(ana) != 200 || search(bo) != 200 {
		t.Fatal("they are not in")
	}
	if n, err := d.store.EndLoginSessionsOf(t.Context(), "ana"); err != nil || n != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	if err := d.sessions.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := [2]int{search(ana), search(bo)}; got != [2]int{401, 200} {
		t.Errorf("after ana's session was revoked: %v", got)
	}
	// Without the look, the session is over after two seconds.
	if _, err := d.store.EndAllLoginSessions(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.clock.pass(2*time.Second + 1)
	if got := search(bo); got != 401 {
		t.Errorf("two seconds after bo's session was revoked: %d", got)
	}
	// A user who is removed from the file is out, and so is one with a new password.
	cy := d.signedIn(t, "ana")
	if err := passwords.Change(t.Context(), d.users, false, func(users []passwords.User) ([]passwords.User, error) { return users[1:], nil }); err != nil {
		t.Fatal(err)
	}
	d.clock.pass(time.Second)
	if got := search(cy); got != 401 {
		t.Errorf("after ana was removed: %d", got)
	}
}

func TestOnlyOperatorsRetryTheSpool(t *testing.T) {
	t.Parallel()
	d := deskWith(t, access.ByPassword, nil)
	for user, want := range map[string]int{"ana": http.StatusForbidden, "bo": http.StatusOK} {
		b := d.signedIn(t, user)
		a := send(t, b, http.MethodPost, d.URL+"/api/spool/retry", "")
		if a.status != want || (want == http.StatusOK) != (a.body == "{\"delivered\":3}\n") {
			t.Errorf("%s: %d %s", user, a.status, a.body)
		}
		if a := send(t, b, http.MethodPost, d.URL+"/api/spool/retry", "", "Origin", "https://evil.example"); a.status != http.StatusForbidden {
			t.Errorf("%s from another site: %d", user, a.status)
		}
	}
	if a := send(t, browser(t), http.MethodPost, d.URL+"/api/spool/retry", ""); a.status != http.StatusUnauthorized {
		t.Errorf("nobody: %d", a.status)
	}
}

// slowDesk is a dashboard with a panel that takes eight seconds, number 2.
var slowDesk = strings.Replace(small, "SELECT nonsense FROM pipeline_runs", "SELECT pg_sleep(8)::text AS slept", 1)

// The answer that a session is getting ends with the session.
func TestAnAnswerEndsWhenItsSessionIsRevoked(t *testing.T) {
	t.Parallel()
	d := deskWith(t, access.ByPassword, func(cfg *server.Config) {
		cfg.Dashboards[0].JSON = []byte(slowDesk)
		cfg.AnswerTimeout = 5 * time.Minute // it must not be this that ends the answer
	})
	ana := d.signedIn(t, "ana")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL+"/api/dashboards/uid/small/panels", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := ana.Do(req) // it returns at the first panel
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := d.store.EndAllLoginSessions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.sessions.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body) // without the end of the session it has the slow panel
	if err != nil || strings.Contains(string(text), `"id":2`) {
		t.Errorf("the answer is %s, %v", text, err)
	}
}
