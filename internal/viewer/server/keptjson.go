package server

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
)

// answerKept answers a question with JSON, from what is kept or by a computation. An error of the computation is not kept.
func (s *Server) answerKept(w http.ResponseWriter, r *http.Request, q question, compute func(context.Context) (any, error)) error {
	answer, err := s.answered(r.Context(), q, func(ctx context.Context) (any, int, bool) {
		v, err := compute(ctx)
		if err != nil {
			return err, 0, true
		}
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			return err, 0, true
		}
		l := newLine(text.Bytes(), &s.deflater)
		return l, l.bytes(), false
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
