package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	requestsForget = `DELETE FROM macrowatch_requests WHERE (token_id, request_key) IN (
    SELECT token_id, request_key FROM macrowatch_requests WHERE answered_at < $1 ORDER BY answered_at LIMIT 100 FOR UPDATE SKIP LOCKED)`

	// A second request with the same key waits here until the first has committed or has failed.
	requestBegin = `INSERT INTO macrowatch_requests (token_id, request_key, request_digest, status, answer, answered_at)
VALUES ($1, $2, $3, 0, '', $4) ON CONFLICT DO NOTHING`

	requestFind = `SELECT request_digest, status, answer FROM macrowatch_requests WHERE token_id = $1 AND request_key = $2`

	requestEnd = `UPDATE macrowatch_requests SET status = $3, answer = $4 WHERE token_id = $1 AND request_key = $2`
)

// requestsKept is how long the answer to a request is kept.
const requestsKept = 24 * time.Hour

// ErrOtherRequest is the error for a key that another request had before.
var ErrOtherRequest = errors.New("another request had the same key")

// Request is a request whose answer is kept, so that the same request again gets the same answer.
type Request struct {
	Token string // its ID
	Key   string // which the sender has chosen
	// Digest stands for everything that was asked.
	Digest []byte
}

// Answered is the answer to a request.
type Answered struct {
	Status int
	Body   string
}

// RequestBegin begins a request within a transaction. If the same request was answered before, it returns that answer.
// If another request had the same key, the error is ErrOtherRequest. Otherwise known is false, and the caller must
// answer the request and pass the answer to RequestEnd in the same transaction.
func (s *Store) RequestBegin(ctx context.Context, r Request, now time.Time) (first Answered, known bool, err error) {
	if _, err := s.db().Exec(ctx, requestsForget, now.Add(-requestsKept)); err != nil {
		return Answered{}, false, fmt.Errorf("forget old requests: %w", translate(err))
	}
	tag, err := s.db().Exec(ctx, requestBegin, r.Token, r.Key, r.Digest, now.UTC())
	if err != nil {
		return Answered{}, false, fmt.Errorf("keep the request: %w", translate(err))
	}
	if tag.RowsAffected() == 1 {
		return Answered{}, false, nil
	}
	var digest []byte
	err = s.db().QueryRow(ctx, requestFind, r.Token, r.Key).Scan(&digest, &first.Status, &first.Body)
	switch {
	case errors.Is(err, pgx.ErrNoRows): // it was forgotten a moment ago
		return Answered{}, false, &Error{Kind: Busy, Sentence: "an old request with the same key was just forgotten"}
	case err != nil:
		return Answered{}, false, fmt.Errorf("look for the first answer: %w", translate(err))
	case !bytes.Equal(digest, r.Digest):
		return Answered{}, false, ErrOtherRequest
	}
	return first, true, nil
}

// RequestEnd keeps the answer to a request that RequestBegin began.
func (s *Store) RequestEnd(ctx context.Context, r Request, answer Answered) error {
	if _, err := s.db().Exec(ctx, requestEnd, r.Token, r.Key, answer.Status, answer.Body); err != nil {
		return fmt.Errorf("keep the answer: %w", translate(err))
	}
	return nil
}
