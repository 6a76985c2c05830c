package oidc_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/testkit/oidcprovider"
	"macrowatch/internal/viewer/access/oidc"
)

const callback = "http://127.0.0.1:1/login/callback"

// client returns a client of a provider.
func client(p *oidcprovider.Provider, change func(*oidc.Options)) *oidc.Client {
	opts := oidc.Options{
		Issuer: p.URL, ClientID: oidcprovider.ClientID, ClientSecret: oidcprovider.Secret, Scopes: []string{"profile", "email"},
		UserClaim: "preferred_username", GroupsClaim: "groups",
	}
	if change != nil {
		change(&opts)
	}
	return oidc.New(opts)
}

// begin starts a login, and returns it with the address to which the provider sends the person back.
func begin(t *testing.T, c *oidc.Client, p *oidcprovider.Provider, user string) (oidc.Flow, url.Values) {
	t.Helper()
	page, flow, err := c.Start(t.Context(), callback)
	if err != nil {
		t.Fatal(err)
	}
	return flow, p.LogIn(t, page, user).Query()
}

func provider(t *testing.T) *oidcprovider.Provider {
	p := oidcprovider.Start(t)
	p.Allow(callback)
	return p
}

func TestAProviderLogsPeopleIn(t *testing.T) {
	t.Parallel()
	for _, inToken := range []bool{false, true} {
		p := provider(t)
		if inToken {
			p.PutIntoIDToken()
		}
		p.SetGroups(oidcprovider.Ana, "desk", "ops")
		c := client(p, nil)
		for user, groups := range map[string][]string{oidcprovider.Ana: {"desk", "ops"}, oidcprovider.Bo: nil} {
			flow, back := begin(t, c, p, user)
			person, err := c.Finish(t.Context(), callback, flow, back)
			if err != nil || person.User != user || !slices.Equal(person.Groups, groups) {
				t.Errorf("with claims in the token %v, %s is %v, %v", inToken, user, person, err)
			}
		}
		if asked := slices.Contains(p.Requests(), "GET /userinfo"); !asked {
			t.Error("the provider was not asked for the groups that the token lacks")
		}
	}
}

// The start sends the browser with a state, a nonce and the hash of a secret, all new each time.
func TestEachLoginHasItsOwnSecrets(t *testing.T) {
	t.Parallel()
	p := provider(t)
	c := client(p, nil)
	seen := map[string]bool{}
	for range 3 {
		page, flow, err := c.Start(t.Context(), callback)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if q.Get("code_challenge_method") != "S256" || q.Get("response_type") != "code" || q.Get("redirect_uri") != callback || q.Get("scope") != "openid profile email" ||
			q.Get("state") != flow.State || q.Get("nonce") != flow.Nonce || strings.Contains(page, flow.Verifier) || strings.Contains(page, "secret") {
			t.Errorf("the browser is sent to %s", page)
		}
		for _, secret := range []string{flow.State, flow.Nonce, flow.Verifier, q.Get("code_challenge")} {
			if len(secret) < 40 || seen[secret] {
				t.Errorf("%q is short or was used before", secret)
			}
			seen[secret] = true
		}
	}
}

func TestAnswersThatDoNotBelongToTheLoginAreRefused(t *testing.T) {
	t.Parallel()
	p := provider(t)
	c := client(p, nil)
	for name, tc := range map[string]struct {
		change func(flow *oidc.Flow, back url.Values)
		told   bool // the person is told, rather than the log
	}{
		"another state":           {func(_ *oidc.Flow, back url.Values) { back.Set("state", "x") }, true},
		"no state":                {func(_ *oidc.Flow, back url.Values) { back.Del("state") }, true},
		"a browser without login": {func(flow *oidc.Flow, back url.Values) { *flow = oidc.Flow{}; back.Set("state", "") }, true},
		"no code":                 {func(_ *oidc.Flow, back url.Values) { back.Del("code") }, true},
		"cancelled":               {func(_ *oidc.Flow, back url.Values) { back.Set("error", "access_denied") }, true},
		"the provider's error":    {func(_ *oidc.Flow, back url.Values) { back.Set("error", "server_error") }, false},
		"another code":            {func(_ *oidc.Flow, back url.Values) { back.Set("code", "stolen") }, false},
		"another verifier":        {func(flow *oidc.Flow, _ url.Values) { flow.Verifier = strings.Repeat("v", 43) }, false},
		"no verifier":             {func(flow *oidc.Flow, _ url.Values) { flow.Verifier = "" }, false},
		"another nonce":           {func(flow *oidc.Flow, _ url.Values) { flow.Nonce = strings.Repeat("n", 43) }, false},
		"no nonce":                {func(flow *oidc.Flow, _ url.Values) { flow.Nonce = "" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flow, back := begin(t, c, p, oidcprovider.Ana)
			code := back.Get("code")
			tc.change(&flow, back)
			person, err := c.Finish(t.Context(), callback, flow, back)
			var refused *oidc.RefusedError
			if err == nil || person.User != "" || errors.As(err, &refused) != tc.told {
				t.Errorf("%v, %v", person, err)
			}
			if strings.Contains(err.Error(), code) || strings.Contains(err.Error(), oidcprovider.Secret) {
				t.Errorf("the error tells a secret: %v", err)
			}
		})
	}
}

func TestACodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	p := provider(t)
	c := client(p, nil)
	flow, back := begin(t, c, p, oidcprovider.Ana)
	if _, err := c.Finish(t.Context(), callback, flow, back); err != nil {
		t.Fatal(err)
	}
	if person, err := c.Finish(t.Context(), callback, flow, back); err == nil {
		t.Errorf("the same answer logs in %v again", person)
	}
}

func TestWrongClientsAndProvidersAreRefused(t *testing.T) {
	t.Parallel()
	other := oidcprovider.Start(t)
	for name, change := range map[string]func(*oidc.Options){
		"a wrong secret":       func(o *oidc.Options) { o.ClientSecret = "wrong" },
		"a missing claim":      func(o *oidc.Options) { o.UserClaim = "employee_number" },
		"a claim that is none": func(o *oidc.Options) { o.UserClaim = "email_verified" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := provider(t)
			c := client(p, change)
			flow, back := begin(t, c, p, oidcprovider.Ana)
			if person, err := c.Finish(t.Context(), callback, flow, back); err == nil || strings.Contains(err.Error(), "wrong\"") {
				t.Errorf("%v, %v", person, err)
			}
		})
	}
	for name, issuer := range map[string]string{"nobody": "http://127.0.0.1:1", "not a provider": other.URL + "/no/such", "another name of the provider": strings.Replace(other.URL, "127.0.0.1", "localhost", 1)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := oidc.New(oidc.Options{Issuer: issuer, ClientID: "x"}).Start(t.Context(), callback); err == nil {
				t.Error("a login begins")
			}
		})
	}
}

// A provider that is away when the server starts is found later.
func TestAProviderIsFoundWhenItComes(t *testing.T) {
	t.Parallel()
	p := provider(t)
	away := client(p, func(o *oidc.Options) { o.Issuer += "/none" })
	if err := away.Discover(t.Context()); err == nil {
		t.Error("a provider that is not there was found")
	}
	c := client(p, nil)
	if err := c.Discover(t.Context()); err != nil {
		t.Error(err)
	}
	if err := c.Discover(t.Context()); err != nil {
		t.Error(err)
	}
	n := 0
	for _, r := range p.Requests() {
		if r == "GET /.well-known/openid-configuration" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the provider was asked for its configuration %d times", n)
	}
}

func TestIssuersThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, issuer := range []string{"", "login.example", "ftp://login.example", "http://login.example", "https://", "https://u:p@login.example", "https://login.example?x=1", "https://login.example#x", "http://127.0.0.1.evil.example"} {
		if err := oidc.CheckIssuer(issuer); err == nil {
			t.Errorf("%q may be a provider", issuer)
		}
	}
	for _, issuer := range []string{"https://login.example", "https://login.example/realms/desk", "http://127.0.0.1:8080", "http://localhost/x", "http://[::1]:1"} {
		if err := oidc.CheckIssuer(issuer); err != nil {
			t.Error(err)
		}
	}
}
