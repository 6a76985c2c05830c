package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

type searchHit struct {
	UID   string   `json:"uid"`
	Title string   `json:"title"`
	URL   string   `json:"url"`
	Tags  []string `json:"tags"`
	Type  string   `json:"type"`
}

// search lists the dashboards, as Grafana's call of that name.
func (s *Server) search(w http.ResponseWriter, _ *http.Request) {
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

// dashboard gives the JSON that Grafana gets from its file.
func (s *Server) dashboard(w http.ResponseWriter, r *http.Request) {
	d, ok := s.lookup(w, r)
	if !ok {
		return
	}
	writeJSON(w, http.StatusOK, dashboardAnswer{
		Dashboard: d.JSON,
		Meta: dashboardMeta{
			Slug: d.Slug, URL: s.url(d), IsHome: d == &s.dashboards[0],
			Provisioned: true, FolderTitle: "Macro Trading",
		},
	})
}

func (s *Server) url(d *served) string { return s.cfg.BasePath + "/d/" + d.UID + "/" + d.Slug }

// lookup finds the dashboard that the request names, or answers 404 with those that exist.
func (s *Server) lookup(w http.ResponseWriter, r *http.Request) (*served, bool) {
	uid := r.PathValue("uid")
	if d, ok := s.byUID[uid]; ok {
		return d, true
	}
	known := make([]string, len(s.dashboards))
	for i := range s.dashboards {
		known[i] = s.dashboards[i].UID
	}
	writeError(w, http.StatusNotFound,
		fmt.Sprintf("there is no dashboard %q; there are: %s", uid, strings.Join(known, ", ")))
	return nil, false
}

func (s *Server) unknownAPI(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		writeError(w, http.StatusMethodNotAllowed, fmt.Sprintf("%s is not allowed: the API only reads", r.Method))
		return
	}
	writeError(w, http.StatusNotFound, fmt.Sprintf("there is no call %s %s", r.Method, r.URL.Path))
}
