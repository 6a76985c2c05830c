package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"macrowatch/internal/record/token"
)

const (
	tokenColumns = `token_id, name, kinds, steps, created_at, expires_at, revoked_at, last_used_at`

	tokenInsert = `INSERT INTO macrowatch_tokens (token_id, name, digest, kinds, steps, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`

	tokenList = `SELECT ` + tokenColumns + ` FROM macrowatch_tokens ORDER BY created_at, token_id`

	tokenFind = `SELECT ` + tokenColumns + `, digest FROM macrowatch_tokens WHERE token_id = $1`

	tokenUsed = `UPDATE macrowatch_tokens SET last_used_at = $2 WHERE token_id = $1 AND (last_used_at IS NULL OR last_used_at < $3)`

	tokenNamed = `SELECT ` + tokenColumns + ` FROM macrowatch_tokens WHERE token_id = $1 OR name = $1 AND revoked_at IS NULL FOR UPDATE`

	tokenRevoke = `UPDATE macrowatch_tokens SET revoked_at = $2 WHERE token_id = $1`
)

// tokenUseInterval is how often the last use of a token is written. A token may be used hundreds of times a second.
const tokenUseInterval = time.Minute

// Token says what the holder of a token may write. It does not have the token itself, which is stored nowhere.
type Token struct {
	ID   string
	Name string
	// Kinds are the kinds of rows that may be written, and Steps the steps whose runs may be. nil means all.
	Kinds, Steps []string
	CreatedAt    time.Time
	// The other times are zero if the token has none.
	ExpiresAt, RevokedAt, LastUsedAt time.Time
}

// TokenState says whether a token is valid.
type TokenState string

// The states of a token.
const (
	TokenValid   TokenState = "valid"
	TokenExpired TokenState = "expired"
	TokenRevoked TokenState = "revoked"
)

// State returns the state of the token at a time.
func (t Token) State(now time.Time) TokenState {
	switch {
	case !t.RevokedAt.IsZero():
		return TokenRevoked
	case !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt):
		return TokenExpired
	}
	return TokenValid
}

// MayWrite reports whether the token is for a kind of rows.
func (t Token) MayWrite(kind string) bool { return t.Kinds == nil || slices.Contains(t.Kinds, kind) }

// ErrNoToken is the error for a name or an ID that no token has.
var ErrNoToken = errors.New("there is no such token")

// TokenCreate keeps the digest of a new token, and returns what is known of the token.
func (s *Store) TokenCreate(ctx context.Context, digest token.Digest, t Token) (Token, error) {
	t.ID = digest.ID()
	t.CreatedAt = t.CreatedAt.UTC().Truncate(time.Microsecond)
	_, err := s.pool.Exec(ctx, tokenInsert, t.ID, t.Name, digest[:], t.Kinds, t.Steps, t.CreatedAt, nullUnless(!t.ExpiresAt.IsZero(), t.ExpiresAt))
	var server *pgconn.PgError
	if errors.As(err, &server) && server.ConstraintName == "macrowatch_tokens_name_idx" {
		return Token{}, &Error{Kind: BadData, Constraint: server.ConstraintName, cause: err,
			Sentence: fmt.Sprintf("there is a token named %q already; revoke it first, or choose another name", t.Name)}
	}
	if err != nil {
		return Token{}, fmt.Errorf("keep the token: %w", translate(err))
	}
	return t, nil
}

// TokenList returns all tokens, also those that are no longer valid, oldest first.
func (s *Store) TokenList(ctx context.Context) ([]Token, error) {
	rows, err := s.pool.Query(ctx, tokenList)
	if err != nil {
		return nil, fmt.Errorf("read the tokens: %w", translate(err))
	}
	tokens, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Token, error) { return scanToken(row) })
	if err != nil {
		return nil, fmt.Errorf("read the tokens: %w", translate(err))
	}
	return tokens, nil
}

// TokenOf returns the token of a digest. Its error is ErrNoToken if no token has the digest.
func (s *Store) TokenOf(ctx context.Context, digest token.Digest) (Token, error) {
	var stored []byte
	t, err := scanToken(s.pool.QueryRow(ctx, tokenFind, digest.ID()), &stored)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !digest.Equal(stored) {
		return Token{}, ErrNoToken
	}
	if err != nil {
		return Token{}, fmt.Errorf("look for the token: %w", translate(err))
	}
	return t, nil
}

// TokenUsed notes that a token was used, unless this was noted less than a minute ago.
func (s *Store) TokenUsed(ctx context.Context, t Token, now time.Time) error {
	if now.Sub(t.LastUsedAt) < tokenUseInterval {
		return nil
	}
	_, err := s.pool.Exec(ctx, tokenUsed, t.ID, now.UTC(), now.Add(-tokenUseInterval).UTC())
	return translate(err)
}

// TokenRevoke revokes a token. It is named by its ID, or by its name if it is not revoked. To revoke a token again
// changes nothing. The error is ErrNoToken if there is none.
func (s *Store) TokenRevoke(ctx context.Context, name string, now time.Time) (t Token, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, tokenNamed, name)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Token, error) { return scanToken(row) })
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return ErrNoToken
		}
		// One token may have the ID of another one as its name.
		slices.SortFunc(found, func(a, b Token) int { return strings.Compare(b.ID, a.ID) })
		if i := slices.IndexFunc(found, func(t Token) bool { return t.ID == name }); i > 0 {
			found[0] = found[i]
		}
		if t = found[0]; !t.RevokedAt.IsZero() {
			return nil
		}
		t.RevokedAt = now.UTC().Truncate(time.Microsecond)
		_, err = tx.Exec(ctx, tokenRevoke, t.ID, t.RevokedAt)
		return err
	})
	if err != nil && !errors.Is(err, ErrNoToken) {
		err = fmt.Errorf("revoke the token: %w", translate(err))
	}
	return t, err
}

// scanToken reads the columns of tokenColumns, and then those of more.
func scanToken(row pgx.Row, more ...any) (Token, error) {
	var t Token
	var expires, revoked, used *time.Time
	err := row.Scan(append([]any{&t.ID, &t.Name, &t.Kinds, &t.Steps, &t.CreatedAt, &expires, &revoked, &used}, more...)...)
	t.CreatedAt = t.CreatedAt.UTC()
	for _, at := range []struct {
		from *time.Time
		to   *time.Time
	}{{expires, &t.ExpiresAt}, {revoked, &t.RevokedAt}, {used, &t.LastUsedAt}} {
		if at.from != nil {
			*at.to = at.from.UTC()
		}
	}
	return t, err
}
