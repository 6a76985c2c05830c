package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

type searchHit struct {
	UID         string   `json:"uid"`
	Title       string   `json:"title"`
	URL         string   `json:"url"`
	Tags        []string `json:"tags"`
	Type        string   `json:"type"`
	FolderTitle string   `json:"folderTitle"`
	// File is the file that the dashboard is read from; "" if it is built in.
	File string `json:"file,omitempty"`
	// Fault says why the file can't be shown.
	Fault string `json:"fault,omitempty"`
	// Version changes whenever a page that shows the dashboard must read it again.
	Version string `json:"version"`
}

// search lists the dashboards as Grafana's call of this name does.
func (s *Server) search(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, s.hits())
	return nil
}

func (s *Server) hits() []searchHit {
	shown := s.catalog.Load()
	hits := make([]searchHit, len(shown.dashboards))
	for i, d := range shown.dashboards {
		tags := d.Tags
		if tags == nil {
			tags = []string{}
		}
		hits[i] = searchHit{d.UID, d.Title, s.url(d), tags, "dash-db", d.Folder, d.File, d.Fault, d.version}
	}
	return hits
}

type dashboardAnswer struct {
	Dashboard json.RawMessage `json:"dashboard"`
	Meta      dashboardMeta   `json:"meta"`
}

type dashboardMeta struct {
	Slug        string `json:"slug"`
	URL         string `json:"url"`
	IsHome      bool   `json:"isHome"`
	Provisioned bool   `json:"provisioned"`
	CanEdit     bool   `json:"canEdit"`
	CanSave     bool   `json:"canSave"`
	FolderTitle string `json:"folderTitle"`
	File        string `json:"file,omitempty"`
	Fault       string `json:"fault,omitempty"`
	Version     string `json:"version"`
}

// dashboard answers with the JSON that Grafana reads from its file. If the file can't be shown, the JSON has only the title,
// and meta says why.
func (s *Server) dashboard(w http.ResponseWriter, r *http.Request) error {
	d, err := s.dashboardOf(r)
	if err != nil {
		return err
	}
	none, err := without(r.URL.Query(), "queries")
	if err != nil {
		return badRequest(err)
	}
	q, compute := s.definition(d, none)
	return s.answerKept(w, r, q, compute)
}

// definition returns the question for a dashboard's JSON, perhaps without queries, and what computes it.
func (s *Server) definition(d *served, withoutThem bool) (question, func(context.Context) (any, bool, error)) {
	q := question{about: fmt.Sprintf("dashboard %s %s %v", d.UID, d.version, withoutThem), data: dataVersion{Reading: Reading{Snapshot: d.version}}} // it depends on nothing else
	return q, func(context.Context) (any, bool, error) {
		answer, err := s.dashboardAnswer(d)
		if err == nil && withoutThem {
			answer.Dashboard, err = withoutQueries(answer.Dashboard)
		}
		return answer, true, err
	}
}

func (s *Server) dashboardAnswer(d *served) (dashboardAnswer, error) {
	text := json.RawMessage(d.JSON)
	if d.Fault != "" {
		var err error
		if text, err = json.Marshal(map[string]string{"uid": d.UID, "title": d.Title}); err != nil {
			return dashboardAnswer{}, err
		}
	}
	return dashboardAnswer{
		Dashboard: text,
		Meta: dashboardMeta{
			Slug: d.Slug, URL: s.url(d), IsHome: d.UID == s.cfg.Home, Provisioned: true,
			FolderTitle: d.Folder, File: d.File, Fault: d.Fault, Version: d.version,
		},
	}, nil
}

func (s *Server) url(d *served) string { return s.cfg.BasePath + "/d/" + d.UID + "/" + d.Slug }

// withoutQueries returns a dashboard's JSON without what only the server reads of it: what its panels ask the database and how
// they draw the answers, its annotations, and its variables except for their names.
func withoutQueries(text json.RawMessage) (json.RawMessage, error) {
	var d map[string]json.RawMessage
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, err
	}
	delete(d, "annotations")
	if err := shortenPanels(d); err != nil {
		return nil, err
	}
	var variables struct {
		List []struct {
			Name string `json:"name"`
		} `json:"list"`
	}
	if raw, ok := d["templating"]; ok {
		if err := json.Unmarshal(raw, &variables); err != nil {
			return nil, err
		}
		short, err := json.Marshal(variables)
		if err != nil {
			return nil, err
		}
		d["templating"] = short
	}
	return json.Marshal(d)
}

// shortenPanels removes from the panels of a dashboard, or of a row that holds some, what only the server reads.
func shortenPanels(of map[string]json.RawMessage) error {
	raw, ok := of["panels"]
	if !ok {
		return nil
	}
	var panels []map[string]json.RawMessage
	if err := json.Unmarshal(raw, &panels); err != nil {
		return err
	}
	for _, p := range panels {
		for _, key := range []string{"targets", "datasource", "fieldConfig", "options", "transformations"} {
			delete(p, key)
		}
		if err := shortenPanels(p); err != nil {
			return err
		}
	}
	short, err := json.Marshal(panels)
	of["panels"] = short
	return err
}
