package server

import (
	"errors"
	"net/http"

	"macrowatch/internal/viewer/access"
	"macrowatch/internal/viewer/access/oidc"
)

// toProvider sends a person to the OpenID Connect provider.
func (e *entrance) toProvider(w http.ResponseWriter, r *http.Request) {
	v := e.form(r.URL.Query().Get("next"))
	if e.tooMany(w, r, v, "") {
		return
	}
	page, flow, err := e.OIDC.Start(r.Context(), e.callback(r))
	if err != nil {
		e.server.cfg.Logger.Error("the OpenID Connect provider can't be asked", "error", err)
		v.Fault = "The identity provider does not answer. Try again in a moment."
		e.write(w, http.StatusBadGateway, v)
		return
	}
	http.SetCookie(w, e.flowCookie(r, begun{Flow: flow, Next: v.Next}))
	http.Redirect(w, r, page, http.StatusSeeOther)
}

// fromProvider admits a person whom the provider sent back.
func (e *entrance) fromProvider(w http.ResponseWriter, r *http.Request) {
	kept := e.flowOf(r)
	v := e.form(kept.Next)
	if e.tooMany(w, r, v, "") {
		return
	}
	gone := e.flowCookie(r, begun{})
	gone.Value, gone.MaxAge = "", -1
	http.SetCookie(w, gone) // an answer is good once
	person, err := e.OIDC.Finish(r.Context(), e.callback(r), kept.Flow, r.URL.Query())
	var refused *oidc.RefusedError
	switch {
	case errors.As(err, &refused):
		v.Fault = refused.Sentence + " Sign in again."
		e.write(w, http.StatusForbidden, v)
		return
	case err != nil:
		e.server.cfg.Logger.Error("a login by OpenID Connect failed", "error", err)
		v.Fault = "The identity provider's answer could not be used; the program's log says why. Sign in again."
		e.write(w, http.StatusBadGateway, v)
		return
	}
	who := access.Identity{User: person.User, Role: e.Roles.RoleOf(person.Groups)}
	if !who.Role.May(access.Viewer) {
		e.server.cfg.Logger.Info("refused a person without a group that may look", "user", who.User)
		e.refuse(w, r, &noRoleError{who.User})
		return
	}
	e.admit(w, r, who, "", v)
}
