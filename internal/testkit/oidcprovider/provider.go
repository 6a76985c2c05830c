// Package oidcprovider is a real OpenID Connect provider for tests, made of zitadel's library. It has two people, who log
// in with names and passwords.
package oidcprovider

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// What the provider knows.
const (
	ClientID = "macrowatch"
	Secret   = "the client's secret"
	Ana      = "test-user@127.0.0.1"
	Bo       = "test-user2"
	Password = "verysecure" // of both
)

// Provider is a running provider.
type Provider struct {
	URL string

	mu        sync.Mutex
	redirects []string
	groups    map[string][]string // by name
	inIDToken bool
	requests  []string
}

// Start starts a provider that ends with the test.
func Start(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{groups: map[string][]string{}}
	var handler http.Handler
	ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.requests = append(p.requests, r.Method+" "+r.URL.Path)
		p.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(ts.Close)
	p.URL = ts.URL
	users := storage.NewUserStore(ts.URL)
	handler = exampleop.SetupServer(ts.URL, &grouped{storage.NewStorage(users), users, p}, nil, false)
	return p
}

// Allow lets the provider send browsers back to an address.
func (p *Provider) Allow(redirect string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.redirects = append(p.redirects, redirect)
}

// SetGroups puts a person into groups.
func (p *Provider) SetGroups(user string, groups ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.groups[user] = groups
}

// PutIntoIDToken makes the provider write all claims into the ID token. Otherwise it tells them only when it is asked.
func (p *Provider) PutIntoIDToken() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inIDToken = true
}

// Requests returns the methods and paths of all requests so far.
func (p *Provider) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// requestID finds the number of a login in the provider's login page.
var requestID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// LogIn does what a person does in a browser that is sent to the provider's page: it logs in there. It returns the address
// to which the provider sends the browser back.
func (p *Provider) LogIn(t testing.TB, page, user string) *url.URL {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var back *url.URL
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), p.URL) {
			back = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	form := p.read(t, func() (*http.Response, error) { return browser.Get(page) })
	id := requestID.FindStringSubmatch(form)
	if id == nil {
		t.Fatalf("the provider does not ask for a password: %s", form)
	}
	answer := p.read(t, func() (*http.Response, error) {
		return browser.PostForm(p.URL+"/login/username", url.Values{"id": {id[1]}, "username": {user}, "password": {Password}})
	})
	if back == nil {
		t.Fatalf("the provider does not send the browser back: %s", answer)
	}
	return back
}

func (p *Provider) read(t testing.TB, send func() (*http.Response, error)) string {
	t.Helper()
	resp, err := send()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// grouped is zitadel's storage with groups, and with one client.
type grouped struct {
	*storage.Storage
	users    storage.UserStore
	provider *Provider
}

// client is the one client of the provider.
type client struct {
	*storage.Client
	inIDToken bool
}

// IDTokenUserinfoClaimsAssertion reports whether the ID token has all claims.
func (c client) IDTokenUserinfoClaimsAssertion() bool { return c.inIDToken }

// GetClientByClientID finds the client.
func (g *grouped) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	g.provider.mu.Lock()
	defer g.provider.mu.Unlock()
	if id != ClientID {
		return nil, oidc.ErrInvalidClient()
	}
	return client{storage.WebClient(ClientID, Secret, g.provider.redirects...), g.provider.inIDToken}, nil
}

// AuthorizeClientIDSecret checks the client's secret.
func (g *grouped) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	if id != ClientID || secret != Secret {
		return oidc.ErrInvalidClient()
	}
	return nil
}

func (g *grouped) addGroups(info *oidc.UserInfo, id string) {
	g.provider.mu.Lock()
	defer g.provider.mu.Unlock()
	if user := g.users.GetUserByID(id); user != nil {
		if groups, ok := g.provider.groups[user.Username]; ok {
			info.AppendClaims("groups", groups)
		}
	}
}

// SetUserinfoFromRequest fills in the claims of an ID token.
func (g *grouped) SetUserinfoFromRequest(ctx context.Context, info *oidc.UserInfo, token op.IDTokenRequest, scopes []string) error {
	g.addGroups(info, token.GetSubject())
	return g.Storage.SetUserinfoFromRequest(ctx, info, token, scopes)
}

// SetUserinfoFromToken fills in the answer about the person of an access token.
func (g *grouped) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, origin string) error {
	g.addGroups(info, subject)
	return g.Storage.SetUserinfoFromToken(ctx, info, tokenID, subject, origin)
}
