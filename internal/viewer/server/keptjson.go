package server

import (
	"context"
	"net/http"
)

// answerKept answers a question with JSON, from what is kept or by a computation. An error of the computation is not kept,
// nor a value that is not whole because a part of it could not be computed.
func (s *Server) answerKept(w http.ResponseWriter, r *http.Request, q question, compute func(context.Context) (v any, whole bool, err error)) error {
	answer, err := s.answered(r.Context(), q, func(ctx context.Context) (any, int, bool) {
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
		return nil // the reader went away
	}
	one, ok := answer.value.(*line)
	if !ok {
		return answer.value.(error)
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
