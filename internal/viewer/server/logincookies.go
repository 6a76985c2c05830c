package server

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"

	"macrowatch/internal/viewer/access/oidc"
)

// encrypted reports whether the browser reaches the server by https.
func (e *entrance) encrypted(r *http.Request) bool {
	return e.Proxies.Encrypted(r) || e.PublicURL != nil && e.PublicURL.Scheme == "https"
}

// sessionName is the name of the cookie with the session's token. Its prefix makes browsers refuse a cookie of this name
// that another host, or a page without https, wants to set.
func (e *entrance) sessionName(r *http.Request) string {
	switch {
	case !e.encrypted(r):
		return "macrowatch_session"
	case e.server.cfg.BasePath == "":
		return "__Host-macrowatch_session" // browsers demand the path / with this prefix
	}
	return "__Secure-macrowatch_session"
}

func (e *entrance) sessionCookie(r *http.Request, token string) *http.Cookie {
	path := e.server.cfg.BasePath
	if path == "" {
		path = "/"
	}
	return &http.Cookie{
		Name: e.sessionName(r), Value: token, Path: path, MaxAge: int(e.Sessions.Lifetime().Seconds()),
		Secure: e.encrypted(r), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// sessionToken returns the token that the browser sent, or "". Two cookies of the name count as none: another path or
// host may have set one of them.
func (e *entrance) sessionToken(r *http.Request) string {
	if e.Sessions == nil {
		return ""
	}
	if sent := r.CookiesNamed(e.sessionName(r)); len(sent) == 1 {
		return sent[0].Value
	}
	return ""
}

// begun is what a browser keeps while its person is at the provider.
type begun struct {
	oidc.Flow
	Next string `json:"next"`
}

// flowSeconds is how long a person may take at the provider.
const flowSeconds = 600

func (e *entrance) flowCookie(r *http.Request, b begun) *http.Cookie {
	text, _ := json.Marshal(b) // it consists of texts, so it can't fail
	c := &http.Cookie{
		Name: "macrowatch_login", Value: base64.RawURLEncoding.EncodeToString(text), Path: e.server.cfg.BasePath + "/login", MaxAge: flowSeconds,
		Secure: e.encrypted(r), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if c.Secure {
		c.Name = "__Secure-" + c.Name
	}
	return c
}

// flowOf returns what the browser has kept. It is empty if the browser has kept nothing.
func (e *entrance) flowOf(r *http.Request) (b begun) {
	sent := r.CookiesNamed(e.flowCookie(r, b).Name)
	if len(sent) != 1 {
		return b
	}
	text, err := base64.RawURLEncoding.DecodeString(sent[0].Value)
	if err != nil || json.Unmarshal(text, &b) != nil {
		return begun{}
	}
	return b
}

// callback returns the address to which the provider sends the browser back.
func (e *entrance) callback(r *http.Request) string {
	u := url.URL{Scheme: "http", Host: r.Host}
	if e.encrypted(r) {
		u.Scheme = "https"
	}
	if e.PublicURL != nil {
		u = url.URL{Scheme: e.PublicURL.Scheme, Host: e.PublicURL.Host}
	}
	u.Path = e.server.cfg.BasePath + "/login/callback"
	return u.String()
}
