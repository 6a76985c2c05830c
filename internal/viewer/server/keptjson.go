package server

import (
	"context"
	"net/http"
)

// answerKept answers a question with JSON, from what is kept or by a computation. An error of the computation is not kept,
// nor a value that is not whole because a part of it could not be computed.
func (s *Server) answerKept(w http.ResponseWriter, r *http.Request, q question, compute func(context.Context) (v any, whole bool, err error)) error {
	one, err := s.keptJSON(r.Context(), q, compute)
	if err != nil {
		if r.Context().Err() != nil {
			return nil // the reader went away
		}
		return err
	}
	if unchanged(w, r, tagOf(one)) {
		return nil
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	out := newLineWriter(w, r)
	out.announce(one)
	if out.write(one) == nil {
		_ = out.end()
	}
	return nil
}

// keptJSON returns the answer to a question as JSON. The error is that of the computation, or of ctx if it ends.
func (s *Server) keptJSON(ctx context.Context, q question, compute func(context.Context) (v any, whole bool, err error)) (*line, error) {
	answer, err := s.answered(ctx, q, func(ctx context.Context) (any, int, bool) {
		v, whole, err := compute(ctx)
		if err != nil {
			return err, 0, true
		}
		text, err := encodeJSON(v)
		if err != nil {
			return err, 0, true
		}
		l := newLine(text, &s.deflater)
		return l, l.bytes(), !whole
	})
	if err != nil {
		return nil, err
	}
	if one, ok := answer.value.(*line); ok {
		return one, nil
	}
	return nil, answer.value.(error)
}
