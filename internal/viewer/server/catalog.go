package server

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"

	"macrowatch/internal/viewer/model"
)

// Dashboard is one dashboard as Grafana's JSON.
type Dashboard struct {
	UID, Slug, Title string
	Tags             []string
	JSON             []byte
	// Beginning is a statement that returns the time of the first record that the dashboard shows. With "" the
	// dashboard has no beginning.
	Beginning string
	// Folder is the group of the menu in which the dashboard stands.
	Folder string
	// File is the file that the dashboard is read from, as people call it; "" if it is built in.
	File string
	// Fault says why the file can't be shown. The page then shows this sentence in place of panels, and JSON is not used.
	Fault string
}

// served is a dashboard, and what its JSON says.
type served struct {
	Dashboard
	parsed *model.Dashboard // nil if the dashboard has a fault
	// version changes whenever the page must read the dashboard again.
	version string
}

// catalog are the dashboards that are served at a moment. It never changes; Show makes another one.
type catalog struct {
	dashboards []*served
	byUID      map[string]*served
	// version changes whenever one of the dashboards does.
	version string
}

// Show replaces the dashboards that are served. Open pages learn of it when they next ask for changes. The error
// says that two dashboards have the same UID, that the home dashboard is missing, or what is wrong with a JSON.
func (s *Server) Show(dashboards []Dashboard) error {
	next := &catalog{byUID: make(map[string]*served, len(dashboards))}
	before := s.catalog.Load()
	all := fnv.New64a()
	for _, d := range dashboards {
		if next.byUID[d.UID] != nil {
			return fmt.Errorf("two dashboards have the uid %s", d.UID)
		}
		one, err := before.read(d)
		if err != nil {
			return err
		}
		next.dashboards = append(next.dashboards, one)
		next.byUID[d.UID] = one
		fmt.Fprintln(all, d.UID, one.version)
	}
	if home := next.byUID[s.cfg.Home]; home == nil || home.parsed == nil {
		return fmt.Errorf("the home dashboard %s is not among the dashboards", s.cfg.Home)
	}
	next.version = strconv.FormatUint(all.Sum64(), 36)
	s.catalog.Store(next)
	s.forgetMetrics(before, next)
	return nil
}

// read reads a dashboard's JSON, unless the catalog has read it already.
func (c *catalog) read(d Dashboard) (*served, error) {
	if c != nil {
		if known := c.byUID[d.UID]; known != nil && known.sameAs(d) {
			return known, nil
		}
	}
	out := &served{Dashboard: d, version: versionOf(d)}
	if d.Fault != "" {
		return out, nil
	}
	var err error
	if out.parsed, err = model.Parse(d.JSON); err != nil {
		return nil, fmt.Errorf("read dashboard %s: %w", d.UID, err)
	}
	return out, nil
}

// sameAs reports whether a dashboard differs in nothing.
func (d *served) sameAs(other Dashboard) bool {
	return d.Title == other.Title && d.Slug == other.Slug && d.Folder == other.Folder && d.File == other.File && d.Fault == other.Fault &&
		d.Beginning == other.Beginning && slices.Equal(d.Tags, other.Tags) && bytes.Equal(d.JSON, other.JSON)
}

func versionOf(d Dashboard) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q %q %q %q %q %q", d.Title, d.Slug, d.Folder, d.File, d.Fault, d.Tags)
	_, _ = h.Write(d.JSON)
	return strconv.FormatUint(h.Sum64(), 36)
}

// forgetMetrics drops the durations of dashboards that are no longer served. Otherwise a folder whose files come and go
// would fill the memory.
func (s *Server) forgetMetrics(before, now *catalog) {
	if before == nil {
		return
	}
	for uid := range before.byUID {
		if now.byUID[uid] == nil {
			s.metrics.forgetDashboard(uid)
		}
	}
}
