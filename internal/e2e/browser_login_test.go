package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"

	"macrowatch/internal/testkit/oidcprovider"
	"macrowatch/internal/testkit/pgtest"
)

const (
	loginPage = `[data-testid="login"]`
	signedOut = `[data-testid="signed-out"]`
)

// signsIn fills in the login form. It first waits until the page has put the cursor into a field, as a person would:
// Chromium complains if a field has the focus already when the page's autofocus comes.
func (p *tab) signsIn(user, password string) {
	p.t.Helper()
	p.until("the cursor to be in the form", `document.activeElement?.matches("#user, #password")`)
	p.fillIn(css("#user"), user)
	p.fillIn(css("#password"), password)
	p.click(labelled("Sign in"))
}

// asksFor opens a page that may lead to another one.
func (p *tab) asksFor(address string) {
	p.t.Helper()
	call(p, page.Navigate, page.NavigateParams{URL: address})
}

// A person who opens a page logs in, sees it, and logs out again. When the session is ended from outside, the page says so
// and leads back.
func TestBrowserLogin(t *testing.T) {
	t.Parallel()
	env := []string{"DATABASE_URL=" + pgtest.MigratedURL(t)}
	s := start(t, env, "serve", "--open=false", "--listen", "127.0.0.1:0", "--users-file", usersFile(t), "--base-path", "/macro")
	for _, sc := range []screen{{}, {width: 390, height: 844, phone: true}} {
		p := startChromium(t).tab(t, sc)
		p.provoke("401")
		p.asksFor(s.url + "d/risk-dashboard/risk-dashboard?from=now-7d&to=now")
		p.until("the login page", css(loginPage))
		p.signsIn("ana", "wrong guess")
		p.until("the error", css(".login-fault")+`?.textContent === "The name or the password is wrong."`)
		if kept := eval[string](p, css("#user")+".value"); kept != "ana" {
			t.Errorf("the page has forgotten the name: %q", kept)
		}
		p.accessible("the login page with an error")
		p.signsIn("ana", password)
		p.until("the page that was asked for", `location.pathname === "/macro/d/risk-dashboard/risk-dashboard" && location.search.includes("from=now-7d") && document.body.dataset.ready`)

		if r := run(t, env, "session", "revoke", "--all"); r.status != 0 {
			t.Fatalf("%+v", r)
		}
		p.until("the page to say that ana is signed out", css(signedOut)+"?.checkVisibility()")
		p.accessible("a page whose session is over")
		p.click(signedOutLink)
		p.until("the login page", css(loginPage))
		p.signsIn("bo", password)
		p.until("the same page", `location.pathname === "/macro/d/risk-dashboard/risk-dashboard" && document.body.dataset.ready`)
		if sc.phone {
			p.click(labelled("More"))
			p.until("the menu", labelled("Sign out bo"))
			p.click(labelled("Sign out bo"))
		} else {
			p.click(css(`[data-testid="account"]`))
			p.until("who is signed in", css(".account")+`?.textContent.startsWith("Signed in as bo")`)
			p.accessible("the box that says who is signed in")
			p.click(css(`[data-testid="sign-out"]`))
		}
		p.until("the login page", css(loginPage)+`?.textContent.includes("You are signed out.")`)
	}
}

const signedOutLink = `document.querySelector('[data-testid="signed-out"] a')`

func TestBrowserLoginThroughAProvider(t *testing.T) {
	t.Parallel()
	provider := oidcprovider.Start(t)
	port := freePort(t)
	provider.Allow("http://127.0.0.1:" + port + "/login/callback")
	provider.SetGroups(oidcprovider.Ana, "desk")
	dir := t.TempDir()
	write(t, dir, "secret", oidcprovider.Secret+"\n")
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:"+port, "--database-url", pgtest.MigratedURL(t),
		"--oidc-issuer", provider.URL, "--oidc-client-id", oidcprovider.ClientID, "--oidc-client-secret-file", dir+"/secret", "--viewer-group", "desk")
	for user, enters := range map[string]bool{oidcprovider.Ana: true, oidcprovider.Bo: false} {
		p := startChromium(t).tab(t, screen{})
		p.provoke("403")
		p.provoke("favicon.ico") // which the provider does not have
		p.asksFor(s.url + "/d/risk-dashboard/risk-dashboard")
		p.until("the login page", css(loginPage))
		p.accessible("the login page with a provider")
		p.click(labelled("Sign in with your organisation"))
		p.until("the provider's page", css("#username"))
		p.fillIn(css("#username"), user)
		p.fillIn(css("#password"), oidcprovider.Password)
		p.click(css("button[type=submit], input[type=submit]"))
		if enters {
			p.until("the page that was asked for", `location.pathname === "/d/risk-dashboard/risk-dashboard" && document.body.dataset.ready`)
		} else {
			p.until("the refusal", fmt.Sprintf(`document.querySelector(".login-fault")?.textContent.includes(%s)`, quoted(user+" is signed in, but may not look")))
			p.accessible("the page of a person who may not look")
		}
	}
}

// The login page has no script. It looks right in both themes, and fits screens of all widths.
func TestBrowserLoginPageLooks(t *testing.T) {
	t.Parallel()
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", pgtest.MigratedURL(t), "--users-file", usersFile(t))
	for _, sc := range []screen{{width: 320, height: 568, phone: true}, {width: 390, height: 844, phone: true}, {}, {width: 3840, height: 2160}} {
		p := startChromium(t).tab(t, sc)
		grounds := map[string]bool{}
		for _, theme := range []string{"light", "dark"} {
			call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}})
			p.visit(s.url + "/login")
			p.accessible("the login page in " + theme)
			r, g, b := p.background("body")
			grounds[fmt.Sprint(r > 128, g > 128, b > 128)] = true
			if wide := eval[int64](p, "document.documentElement.scrollWidth"); wide > sc.width && sc.width > 0 {
				t.Errorf("at %d the page is %d wide", sc.width, wide)
			}
		}
		if len(grounds) != 2 {
			t.Errorf("both themes look the same: %v", grounds)
		}
	}
}
