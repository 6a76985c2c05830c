package httpintake

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// performed is what a request came to.
type performed struct {
	status   int
	body     string
	counts   desk.Counts
	events   map[string]int64
	replayed bool // the answer is that of an earlier request
}

// longestKey bounds an Idempotency-Key.
const longestKey = 255

// idempotencyKey returns the key of a request, or "".
func idempotencyKey(r *http.Request) (string, error) {
	values := r.Header.Values("Idempotency-Key")
	if len(values) == 0 {
		return "", nil
	}
	key := values[0]
	good := len(values) == 1 && key != "" && len(key) <= longestKey
	for _, c := range []byte(key) {
		good = good && c >= ' ' && c <= '~'
	}
	if !good {
		return "", refusef(http.StatusBadRequest, "Nothing was written: the Idempotency-Key must be given once, and have 1 to %d printable characters of ASCII.", longestKey)
	}
	return key, nil
}

// perform answers a request in one transaction. If the request has an Idempotency-Key, its answer is kept in the same
// transaction. So there is either both or neither, whatever happens to this program.
func (in *Intake) perform(ctx context.Context, o Operation, r *Request) (performed, error) {
	var done performed
	err := in.cfg.Store.InTransaction(ctx, store.TransactionOptions{Steps: r.Token.Steps}, func(ctx context.Context, s *store.Store) error {
		done = performed{}
		kept := store.Request{Token: r.Token.ID, Key: r.key, Digest: r.Body.digest()}
		if r.key != "" {
			first, known, err := s.RequestBegin(ctx, kept, r.Now)
			if err != nil {
				return err
			}
			if known {
				done = performed{status: first.Status, body: first.Body, replayed: true}
				return nil
			}
		}
		r.Store = s
		answer, err := o.Answer(ctx, r)
		if err != nil {
			return err
		}
		text, err := json.Marshal(answer.Body)
		if err != nil {
			return fmt.Errorf("write the answer of %s: %w", o.Name, err)
		}
		done = performed{status: answer.Status, body: string(text), counts: answer.Counts, events: answer.Events}
		if done.status == 0 {
			done.status = http.StatusOK
		}
		if r.key == "" {
			return nil
		}
		return s.RequestEnd(ctx, kept, store.Answered{Status: done.status, Body: done.body})
	})
	return done, err
}
