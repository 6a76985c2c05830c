package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"macrowatch/internal/viewer/access"
	"macrowatch/internal/viewer/access/oidc"
	"macrowatch/internal/viewer/access/passwords"
	"macrowatch/internal/viewer/access/proxy"
)

// Login says how people prove who they are. Exactly one of Passwords, OIDC and Proxy must be set.
type Login struct {
	Passwords *passwords.Checker
	OIDC      *oidc.Client
	Proxy     *proxy.Headers
	// Sessions keep who has logged in by password or OIDC.
	Sessions *access.Sessions
	// Roles say what the groups may do that a provider or a proxy names.
	Roles access.RoleRules
	// Proxies are in front of the server.
	Proxies access.Proxies
	// PublicURL is where browsers reach the page; nil if that follows from each request.
	PublicURL *url.URL
}

const (
	// A user may fail five times at once and then every 15 s, and an address twenty times and then every 5 s.
	userTries, userPause       = 5, 15 * time.Second
	addressTries, addressPause = 20, 5 * time.Second
	mostLimited                = 10_000
	largestLogin               = 8 << 10 // bytes of a login form
)

// entrance lets people in. It has what the routes of the login share.
type entrance struct {
	Login
	server            *Server
	page              *template.Template
	byUser, byAddress *access.Limiter
}

func newEntrance(s *Server, l Login) (*entrance, error) {
	text, err := fs.ReadFile(s.cfg.Page, "login.html")
	if err != nil {
		return nil, fmt.Errorf("read the login page: %w", err)
	}
	page, err := template.New("login").Parse(strings.ReplaceAll(string(text), "__BASE_HREF__", html.EscapeString(s.cfg.BasePath+"/")))
	if err != nil {
		return nil, fmt.Errorf("read the login page: %w", err)
	}
	return &entrance{
		Login: l, server: s, page: page,
		byUser:    access.NewLimiter(userPause, userTries, mostLimited, s.cfg.Now),
		byAddress: access.NewLimiter(addressPause, addressTries, mostLimited, s.cfg.Now),
	}, nil
}

// loginView is what the login page shows.
type loginView struct {
	Title    string
	Fault    string // what went wrong, in a sentence
	Note     string // what has happened
	User     string // the name that was typed before
	Next     string
	Password bool // whether it asks for a name and a password
	OIDC     bool // whether it leads to the provider
	SignOut  bool // whether it offers to sign out
}

// loginPolicy is the content security policy of the login page: it has no script, and sends its form only here.
const loginPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

func (e *entrance) write(w http.ResponseWriter, status int, v loginView) {
	if v.Title == "" {
		v.Title = "Sign in"
	}
	w.Header().Set("Content-Security-Policy", loginPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := e.page.Execute(w, v); err != nil {
		e.server.cfg.Logger.Debug("the login page was not sent whole", "error", err)
	}
}

// form returns the login page for the way in which people log in here.
func (e *entrance) form(next string) loginView {
	return loginView{Next: access.SafeNext(next, e.server.cfg.BasePath), Password: e.Passwords != nil, OIDC: e.OIDC != nil}
}

// show answers with the login page, or leads on a person who is logged in already.
func (e *entrance) show(w http.ResponseWriter, r *http.Request) {
	v := e.form(r.URL.Query().Get("next"))
	if _, _, err := e.identify(r); err == nil {
		http.Redirect(w, r, v.Next, http.StatusSeeOther)
		return
	}
	if r.URL.Query().Has("left") {
		v.Note = "You are signed out."
	}
	e.write(w, http.StatusOK, v)
}

// tooMany answers 429 if there were too many tries, and reports whether it did.
func (e *entrance) tooMany(w http.ResponseWriter, r *http.Request, v loginView, user string) bool {
	wait := e.byAddress.Try(access.NetworkOf(e.Proxies.ClientOf(r)))
	if wait == 0 && user != "" {
		name := sha256.Sum256([]byte(user)) // a name that somebody types may be long
		wait = e.byUser.Try(string(name[:]))
	}
	if wait == 0 {
		return false
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	w.Header().Set("Retry-After", fmt.Sprint(seconds))
	v.Fault = fmt.Sprintf("There were too many attempts to sign in. Try again in %d s.", seconds)
	e.write(w, http.StatusTooManyRequests, v)
	return true
}

// withPassword checks the login form.
func (e *entrance) withPassword(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, largestLogin)
	if err := r.ParseForm(); err != nil {
		v := e.form("")
		v.Fault = "The form could not be read. Try again."
		e.write(w, http.StatusBadRequest, v)
		return
	}
	user, password := strings.TrimSpace(r.PostForm.Get("user")), r.PostForm.Get("password")
	v := e.form(r.PostForm.Get("next"))
	v.User = user
	if e.tooMany(w, r, v, user) {
		return
	}
	who, stamp, ok, err := e.Passwords.Check(r.Context(), user, password)
	switch {
	case err != nil:
		v.Fault = "The password could not be checked in time. Try again."
		e.write(w, http.StatusServiceUnavailable, v)
	case !ok:
		e.server.cfg.Logger.Info("refused a login", "user", user, "from", e.Proxies.ClientOf(r))
		v.Fault = "The name or the password is wrong."
		e.write(w, http.StatusUnauthorized, v)
	default:
		e.admit(w, r, who, stamp, v)
	}
}

// admit begins a session, and leads the person to the page that they wanted. It ends the session that the browser had
// before, so that nobody can make a person use a session that another knows.
func (e *entrance) admit(w http.ResponseWriter, r *http.Request, who access.Identity, stamp string, v loginView) {
	if old := e.sessionToken(r); old != "" {
		_ = e.Sessions.End(r.Context(), old)
	}
	ctx, cancel := context.WithTimeout(r.Context(), sessionLimit)
	defer cancel()
	token, err := e.Sessions.Begin(ctx, who, stamp, e.Proxies.ClientOf(r).String())
	if err != nil {
		e.server.cfg.Logger.Error("a session could not be stored", "error", err)
		v.Fault = "The login is right, but the database does not answer, and so nobody can sign in now. Try again."
		e.write(w, http.StatusServiceUnavailable, v)
		return
	}
	noteIdentity(r.Context(), who)
	e.server.cfg.Logger.Info("a person signed in", "user", who.User, "role", who.Role, "from", e.Proxies.ClientOf(r))
	http.SetCookie(w, e.sessionCookie(r, token))
	http.Redirect(w, r, v.Next, http.StatusSeeOther)
}

// leave ends the session, and leads to the login page.
func (e *entrance) leave(w http.ResponseWriter, r *http.Request) {
	if token := e.sessionToken(r); token != "" {
		ctx, cancel := context.WithTimeout(r.Context(), sessionLimit)
		defer cancel()
		if err := e.Sessions.End(ctx, token); err != nil {
			e.server.cfg.Logger.Error("a session could not be ended", "error", err)
			v := e.form("")
			v.Fault = "You are not signed out yet, because the database does not answer. Try again."
			v.SignOut = true
			e.write(w, http.StatusServiceUnavailable, v)
			return
		}
	}
	gone := e.sessionCookie(r, "")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	http.Redirect(w, r, e.server.cfg.BasePath+"/login?left", http.StatusSeeOther)
}

// sessionLimit is how long the database may take for what a login or a request needs of it.
const sessionLimit = 3 * time.Second

// noRoleError is the error of a person who may not look.
type noRoleError struct{ user string }

func (e *noRoleError) Error() string {
	return fmt.Sprintf("%s is signed in, but may not look at these dashboards", e.user)
}

// identify returns who sent a request. The token is that of the person's session, if people have sessions here.
func (e *entrance) identify(r *http.Request) (who access.Identity, token string, err error) {
	if e.Proxy != nil {
		user, groups, err := e.Proxy.Person(r)
		if err != nil {
			return who, "", err
		}
		who = access.Identity{User: user, Role: e.Roles.RoleOf(groups)}
		if !who.Role.May(access.Viewer) {
			return who, "", &noRoleError{user}
		}
		return who, "", nil
	}
	if token = e.sessionToken(r); token == "" {
		return who, "", access.ErrNoSession
	}
	ctx, cancel := context.WithTimeout(r.Context(), sessionLimit)
	defer cancel()
	who, err = e.Sessions.Find(ctx, token)
	return who, token, err
}

// refuse answers a request whose sender is not known, or may not look. A browser that asks for a page gets one that says
// what to do; everything else gets a sentence.
func (e *entrance) refuse(w http.ResponseWriter, r *http.Request, reason error) {
	status, sentence := http.StatusUnauthorized, "you are not signed in"
	var noRole *noRoleError
	switch {
	case errors.As(reason, &noRole):
		status, sentence = http.StatusForbidden, reason.Error()
	case e.Proxy != nil:
		sentence = reason.Error()
	case !errors.Is(reason, access.ErrNoSession):
		e.server.cfg.Logger.Warn("a session could not be checked", "error", reason)
		status, sentence = http.StatusServiceUnavailable, "the database does not answer, and so it is not known whether you are signed in"
	}
	if !wantsPage(r) {
		writeError(w, status, sentence)
		return
	}
	if status == http.StatusUnauthorized && e.Proxy == nil {
		next := e.server.cfg.BasePath + r.URL.Path
		if r.URL.RawQuery != "" {
			next += "?" + r.URL.RawQuery
		}
		http.Redirect(w, r, e.server.cfg.BasePath+"/login?next="+url.QueryEscape(next), http.StatusSeeOther)
		return
	}
	v := loginView{Title: "You may not look", Fault: capital(sentence) + "."}
	switch {
	case noRole != nil:
		v.Fault = sentence + "." // it begins with the person's name
		v.Note = "Ask whoever runs this server to put you into a group that may."
	case status == http.StatusServiceUnavailable:
		v.Title, v.Note = "Not now", "Load this page again in a moment."
	default:
		v.Note = "Open the page at the proxy's own address."
	}
	e.write(w, status, v)
}

// wantsPage reports whether a browser asks for a page, rather than a script for data.
func wantsPage(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && !strings.HasPrefix(r.URL.Path, "/api/") && strings.Contains(r.Header.Get("Accept"), "text/html")
}

func capital(sentence string) string { return strings.ToUpper(sentence[:1]) + sentence[1:] }
