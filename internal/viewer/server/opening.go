package server

import (
	"bytes"
	"context"
	"encoding/json"
)

// opening is what the page would ask for first: the list of the dashboards, and the dashboard at its address. It is part of the
// page, so that the page can ask for panels as soon as its script runs.
type opening struct {
	Search []searchHit `json:"search"`
	// Dashboard is what the call for the dashboard answers without queries. It is left out if there is none at the address.
	Dashboard json.RawMessage `json:"dashboard,omitempty"`
}

// opening returns the opening of the page of a dashboard, as JSON that can stand in a script element.
func (s *Server) opening(ctx context.Context, uid string) []byte {
	out := opening{Search: s.hits()}
	if d, ok := s.catalog.Load().byUID[uid]; ok {
		q, compute := s.definition(d, true)
		if one, err := s.keptJSON(ctx, q, compute); err == nil { // else the page asks, and hears what is wrong
			out.Dashboard = one.plain
		}
	}
	text, err := encodeJSON(out)
	if err != nil {
		return []byte("null") // the page then asks for everything
	}
	// A < could end the element. In JSON it stands only in texts.
	return bytes.ReplaceAll(bytes.TrimSpace(text), []byte("<"), []byte(`\u003c`))
}
