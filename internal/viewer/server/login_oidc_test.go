package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"macrowatch/internal/testkit/oidcprovider"
	"macrowatch/internal/viewer/access"
)

// throughProvider logs a person in at the provider. It returns the person's browser and the last answer.
func (d *office) throughProvider(t *testing.T, user, next string) (*http.Client, answer) {
	t.Helper()
	b := browser(t)
	out := send(t, b, http.MethodGet, d.URL+"/login/oidc?next="+url.QueryEscape(next), "")
	if out.status != http.StatusSeeOther {
		t.Fatalf("the start of the login: %d %s", out.status, out.body)
	}
	back := d.provider.LogIn(t, out.header.Get("Location"), user)
	return b, send(t, b, http.MethodGet, back.String(), "")
}

func TestGroupsOfTheProviderGiveRoles(t *testing.T) {
	t.Parallel()
	d := deskWith(t, access.ByOIDC, nil)
	for groups, role := range map[string]string{"desk": "viewer", "ops": "operator", "sales ops": "operator"} {
		d.provider.SetGroups(oidcprovider.Ana, strings.Fields(groups)...)
		b, a := d.throughProvider(t, oidcprovider.Ana, "/d/small/small?from=now-7d")
		if a.status != http.StatusSeeOther || a.header.Get("Location") != "/d/small/small?from=now-7d" {
			t.Fatalf("in %s: %d %s", groups, a.status, a.body)
		}
		if page := send(t, b, http.MethodGet, d.URL+"/", ""); page.status != http.StatusOK || !strings.Contains(page.body, "&#34;role&#34;:&#34;"+role+"&#34;") || !strings.Contains(page.body, oidcprovider.Ana) {
			t.Errorf("in %s the page is %d %s", groups, page.status, page.body)
		}
	}
	for name, groups := range map[string][]string{"no groups": nil, "other groups": {"sales", "Desk"}} {
		d.provider.SetGroups(oidcprovider.Bo, groups...)
		b, a := d.throughProvider(t, oidcprovider.Bo, "/")
		if wants := send(t, b, http.MethodGet, d.URL+"/api/search", ""); a.status != http.StatusForbidden || wants.status != http.StatusUnauthorized || !strings.Contains(a.body, "may not look") || !strings.Contains(a.body, oidcprovider.Bo) {
			t.Errorf("with %s: %d %s", name, a.status, a.body)
		}
	}
	if log := d.log.String(); strings.Contains(log, "code=") || strings.Contains(log, "state=") || strings.Contains(log, "?") {
		t.Errorf("the access log has query strings: %s", log)
	}
}

// A login that was begun in one browser can't be ended in another: nobody can log another person in as themselves.
func TestALoginEndsInTheBrowserInWhichItBegan(t *testing.T) {
	t.Parallel()
	d := deskWith(t, access.ByOIDC, nil)
	d.provider.SetGroups(oidcprovider.Ana, "desk")
	attacker := browser(t)
	out := send(t, attacker, http.MethodGet, d.URL+"/login/oidc", "")
	if c := out.header.Get("Set-Cookie"); !strings.HasPrefix(c, "macrowatch_login=") || !strings.Contains(c, "; Path=/login; Max-Age=600; HttpOnly; SameSite=Lax") {
		t.Errorf("the cookie of the login is %q", c)
	}
	back := d.provider.LogIn(t, out.header.Get("Location"), oidcprovider.Ana)
	victim := browser(t)
	if a := send(t, victim, http.MethodGet, back.String(), "", "Accept", "text/html"); a.status != http.StatusForbidden || strings.Contains(a.header.Get("Set-Cookie"), "session") || !strings.Contains(a.body, "Sign in again.") {
		t.Errorf("without a login of its own: %d %v %s", a.status, a.header, a.body)
	}
	send(t, victim, http.MethodGet, d.URL+"/login/oidc", "")
	if a := send(t, victim, http.MethodGet, back.String(), ""); a.status != http.StatusForbidden || strings.Contains(a.header.Get("Set-Cookie"), "session") {
		t.Errorf("with another login begun: %d %v", a.status, a.header)
	}
	if a := send(t, attacker, http.MethodGet, back.String(), ""); a.status != http.StatusSeeOther {
		t.Fatalf("in the right browser: %d %s", a.status, a.body)
	}
	if a := send(t, attacker, http.MethodGet, back.String(), ""); a.status != http.StatusForbidden {
		t.Errorf("the same answer once more: %d", a.status)
	}
	for _, cookie := range []string{"x", "e30", "bnVsbA", strings.Repeat("A", 5000)} {
		if a := send(t, browser(t), http.MethodGet, back.String(), "", "Cookie", "macrowatch_login="+cookie); a.status != http.StatusForbidden {
			t.Errorf("with the cookie %.20s: %d", cookie, a.status)
		}
	}
}

func TestAProviderThatIsAwayIsSaid(t *testing.T) {
	t.Parallel()
	d := deskWith(t, access.ByOIDC, nil)
	back := d.URL + "/login/callback?error=server_error&state="
	if a := send(t, browser(t), http.MethodGet, back, ""); a.status != http.StatusForbidden {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := send(t, browser(t), http.MethodGet, d.URL+"/login", ""); a.status != http.StatusOK || strings.Contains(a.body, "Password") || !strings.Contains(a.body, `href="login/oidc?next=%2f"`) {
		t.Errorf("the login page: %d %s", a.status, a.body)
	}
	if a := d.logIn(t, browser(t), "ana", password, "/"); a.status != http.StatusUnauthorized && a.status != http.StatusMethodNotAllowed {
		t.Errorf("a password where the provider logs people in: %d", a.status)
	}
}
