package server

import (
	"encoding/json"
	"net/http"
)

type searchHit struct {
	UID   string   `json:"uid"`
	Title string   `json:"title"`
	URL   string   `json:"url"`
	Tags  []string `json:"tags"`
	Type  string   `json:"type"`
}

// search lists the dashboards as Grafana's call of this name does.
func (s *Server) search(w http.ResponseWriter, _ *http.Request) error {
	hits := make([]searchHit, len(s.dashboards))
	for i := range s.dashboards {
		d := &s.dashboards[i]
		tags := d.Tags
		if tags == nil {
			tags = []string{}
		}
		hits[i] = searchHit{d.UID, d.Title, s.url(d), tags, "dash-db"}
	}
	writeJSON(w, http.StatusOK, hits)
	return nil
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
}

// dashboard answers with the JSON that Grafana reads from its file.
func (s *Server) dashboard(w http.ResponseWriter, r *http.Request) error {
	d, err := s.dashboardOf(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, dashboardAnswer{
		Dashboard: d.JSON,
		Meta: dashboardMeta{
			Slug: d.Slug, URL: s.url(d), IsHome: d == &s.dashboards[0],
			Provisioned: true, FolderTitle: "Macro Trading",
		},
	})
	return nil
}

func (s *Server) url(d *served) string { return s.cfg.BasePath + "/d/" + d.UID + "/" + d.Slug }
