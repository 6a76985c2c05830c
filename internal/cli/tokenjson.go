package cli

import (
	"time"

	"macrowatch/internal/record/store"
)

// createdTokenJSON is the output of token create --json.
type createdTokenJSON struct {
	Token string    `json:"token"`
	About tokenJSON `json:"about"`
}

// tokensJSON is the output of token list --json.
type tokensJSON struct {
	Tokens []tokenJSON `json:"tokens"`
}

// tokenJSON is what is known of a token. Times that the token does not have are null.
type tokenJSON struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Kinds      []string   `json:"kinds"` // null means every kind
	Steps      []string   `json:"steps"` // null means every step
	State      string     `json:"state"` // valid, expired or revoked
	CreatedAt  time.Time  `json:"created_at"`
	ExpiresAt  *time.Time `json:"expires_at"`
	RevokedAt  *time.Time `json:"revoked_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
}

func tokenJSONOf(t store.Token, now time.Time) tokenJSON {
	known := func(at time.Time) *time.Time {
		if at.IsZero() {
			return nil
		}
		return &at
	}
	return tokenJSON{ID: t.ID, Name: t.Name, Kinds: t.Kinds, Steps: t.Steps, State: string(t.State(now)),
		CreatedAt: t.CreatedAt, ExpiresAt: known(t.ExpiresAt), RevokedAt: known(t.RevokedAt), LastUsedAt: known(t.LastUsedAt)}
}
