// Package oidc logs people in with an OpenID Connect provider: the authorization code flow with PKCE, state and nonce.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

// Options say which provider logs people in, and what its answers mean.
type Options struct {
	Issuer       string // the provider's URL
	ClientID     string
	ClientSecret string   // "" for a public client, which has PKCE alone
	Scopes       []string // beside openid
	UserClaim    string   // the claim with the person's name, such as preferred_username
	GroupsClaim  string   // the claim with the person's groups, such as groups
	HTTP         *http.Client
}

// Client is a client of one provider. Make it with New. It is safe for concurrent use.
type Client struct {
	opts     Options
	provider atomic.Pointer[oidc.Provider] // nil until the provider has been found
	finding  singleflight.Group
}

// CheckIssuer returns an error if a text can't be a provider's URL. The URL must be https, except on this machine.
func CheckIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%q is not the URL of an OpenID Connect provider, such as https://login.example/realms/desk", issuer)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return fmt.Errorf("%q is not https: anybody on the way could log in as anybody", issuer)
	}
	return nil
}

// providerLimit bounds how long one request to the provider may take.
const providerLimit = 10 * time.Second

// New returns a client. It does not contact the provider.
func New(opts Options) *Client {
	if opts.HTTP == nil {
		opts.HTTP = &http.Client{Timeout: providerLimit}
	}
	return &Client{opts: opts}
}

// Discover asks the provider for its configuration, if that has not succeeded yet.
func (c *Client) Discover(ctx context.Context) error {
	_, err := c.discovered(ctx)
	return err
}

// discovered returns the provider. Callers that come at the same time share one attempt to find it.
func (c *Client) discovered(ctx context.Context) (*oidc.Provider, error) {
	if known := c.provider.Load(); known != nil {
		return known, nil
	}
	// The provider keeps the context for later requests for its keys, so it must not end with this request.
	lasting := context.WithoutCancel(oidc.ClientContext(ctx, c.opts.HTTP))
	_, err, _ := c.finding.Do("", func() (any, error) {
		provider, err := oidc.NewProvider(lasting, c.opts.Issuer)
		if err != nil {
			return nil, fmt.Errorf("ask the provider %s for its configuration: %w", c.opts.Issuer, err)
		}
		c.provider.Store(provider)
		return nil, nil
	})
	return c.provider.Load(), err
}

func (c *Client) config(p *oidc.Provider, redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: c.opts.ClientID, ClientSecret: c.opts.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: redirect,
		Scopes: append([]string{oidc.ScopeOpenID}, c.opts.Scopes...),
	}
}

// Flow is what must be remembered, in the person's own browser, between the start of a login and its end.
type Flow struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

// Start begins a login. It returns the provider's page for the browser, and what Finish needs.
func (c *Client) Start(ctx context.Context, redirect string) (page string, flow Flow, err error) {
	provider, err := c.discovered(ctx)
	if err != nil {
		return "", flow, err
	}
	flow = Flow{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier()}
	page = c.config(provider, redirect).AuthCodeURL(flow.State, oidc.Nonce(flow.Nonce), oauth2.S256ChallengeOption(flow.Verifier))
	return page, flow, nil
}

// RefusedError says why a login failed in a way that is not the provider's or the network's fault.
type RefusedError struct{ Sentence string }

func (e *RefusedError) Error() string { return e.Sentence }

func refused(sentence string) error { return &RefusedError{sentence} }

// Person is whom the provider has logged in.
type Person struct {
	User   string
	Groups []string
}

// Finish ends a login. query is that of the address to which the provider sent the browser back.
func (c *Client) Finish(ctx context.Context, redirect string, flow Flow, query url.Values) (Person, error) {
	if flow.State == "" || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(flow.State)) != 1 {
		return Person{}, refused("This answer does not belong to a login that was begun in this browser in the last minutes.")
	}
	if fault := query.Get("error"); fault != "" {
		if fault == "access_denied" {
			return Person{}, refused("The provider refused the login, or it was cancelled.")
		}
		return Person{}, fmt.Errorf("the provider answered with the error %q", fault)
	}
	if query.Get("code") == "" {
		return Person{}, refused("The provider's answer has no code.")
	}
	provider, err := c.discovered(ctx)
	if err != nil {
		return Person{}, err
	}
	ctx = oidc.ClientContext(ctx, c.opts.HTTP)
	token, err := c.config(provider, redirect).Exchange(ctx, query.Get("code"), oauth2.VerifierOption(flow.Verifier))
	if err != nil {
		return Person{}, fmt.Errorf("exchange the code: %w", withoutBody(err))
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Person{}, errors.New("the provider's answer has no ID token")
	}
	id, err := provider.Verifier(&oidc.Config{ClientID: c.opts.ClientID}).Verify(ctx, raw)
	if err != nil {
		return Person{}, fmt.Errorf("check the ID token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(flow.Nonce)) != 1 {
		return Person{}, errors.New("the ID token belongs to another login: its nonce differs")
	}
	return c.person(ctx, provider, token, id)
}

// withoutBody returns the error of a token request without the provider's whole answer, which may hold secrets.
func withoutBody(err error) error {
	var answered *oauth2.RetrieveError
	if errors.As(err, &answered) {
		return fmt.Errorf("the provider answered with status %d and the error %q", answered.Response.StatusCode, answered.ErrorCode)
	}
	return err
}

func random() string {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(bits[:])
}
