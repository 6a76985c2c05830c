package httpintake

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"macrowatch/internal/record/store"
	"macrowatch/internal/record/token"
)

// tokenTime is how long looking for a token may take.
const tokenTime = 10 * time.Second

// challenge tells a client how to name its token.
const challenge = `Bearer realm="macrowatch"`

// authenticate returns the token of a request. Nothing else lets a request in: no cookie, and no address.
func (in *Intake) authenticate(r *http.Request) (store.Token, error) {
	text, given := tokenIn(r)
	if !given {
		return store.Token{}, &Refusal{Status: http.StatusUnauthorized, Challenge: challenge,
			Message: "This call needs a token, as the header Authorization: Bearer mwt_… or as the password of HTTP basic authentication. macrowatch token create makes one."}
	}
	digest, looksRight := token.DigestOf(text)
	if !looksRight {
		return store.Token{}, wrongToken("This is not a token of macrowatch: a token begins with " + token.Prefix + ", and this one is cut off or mistyped.")
	}
	ctx, cancel := context.WithTimeout(r.Context(), tokenTime)
	defer cancel()
	found, err := in.cfg.Store.TokenOf(ctx, digest)
	switch {
	case errors.Is(err, store.ErrNoToken):
		return store.Token{}, wrongToken("No such token is known here.")
	case err != nil:
		return store.Token{}, cannotLook(err)
	}
	now := in.cfg.Now()
	if state := found.State(now); state != store.TokenValid {
		return store.Token{}, wrongToken("The token " + found.ID + " is " + string(state) + ".")
	}
	if err := in.cfg.Store.TokenUsed(ctx, found, now); err != nil {
		in.cfg.Logger.Warn("the last use of a token could not be noted", "token_id", found.ID, "error", err)
	}
	return found, nil
}

// cannotLook explains why a token could not be looked up. A login that only reads may not see the tokens.
func cannotLook(err error) error {
	var database *store.Error
	if errors.As(err, &database) && database.Kind == store.Forbidden {
		return &Refusal{Status: http.StatusServiceUnavailable, RetryAfter: time.Minute,
			Message: "This server takes no data, because its database login only reads. Start macrowatch serve with a login that may write."}
	}
	return err
}

func wrongToken(message string) *Refusal {
	return &Refusal{Status: http.StatusUnauthorized, Challenge: challenge + `, error="invalid_token"`, Message: message}
}

// tokenIn returns the token that a request names: a bearer token, or the password of basic authentication.
func tokenIn(r *http.Request) (text string, given bool) {
	if _, password, ok := r.BasicAuth(); ok {
		return password, true
	}
	scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	text = strings.TrimSpace(text)
	return text, strings.EqualFold(scheme, "Bearer") && text != ""
}

// outsideScope refuses a request for which the token is not.
func outsideScope(t store.Token, kind string) *Refusal {
	scope := strings.Join(t.Kinds, ", ")
	if t.Kinds == nil {
		scope = "rows"
	}
	return &Refusal{Status: http.StatusForbidden, Challenge: challenge + `, error="insufficient_scope", scope="` + kind + `"`,
		Message: "The token " + t.ID + " (" + t.Name + ") is for " + scope + " only; this call needs a token for " + kind + "."}
}
