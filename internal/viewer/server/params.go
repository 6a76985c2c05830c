package server

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/request"
)

// widest is the largest width in pixels that a request may name. A wider one could ask for millions of points.
const widest = 8192

// widthStep is the step in pixels to which a width is rounded down, so that windows of almost the same width share their
// panels.
const widthStep = 10

// requestOf reads the time range, and how panels are drawn, from a query string. What is missing comes from the
// dashboard. The error is a sentence for the reader.
func (s *Server) requestOf(d *served, q url.Values) (request.Request, error) {
	req := request.Request{Theme: palette.Dark}
	switch theme := q.Get("theme"); theme {
	case "", "dark":
	case "light":
		req.Theme = palette.Light
	default:
		return req, fmt.Errorf("theme %q is not dark or light", theme)
	}
	zone := q.Get("timezone")
	if zone == "" || zone == "browser" {
		zone = d.parsed.Timezone
	}
	reader, err := s.zones.location(zone)
	if err != nil {
		return req, err
	}
	req.Clock = d.parsed.Clock(s.now(), reader)
	if w := q.Get("width"); w != "" {
		n, err := strconv.Atoi(w)
		if err != nil || n < 1 || n > widest {
			return req, fmt.Errorf("width %q is not a whole number of pixels from 1 to %d", w, widest)
		}
		req.Width = max(n-n%widthStep, 1)
	}
	if req.WithoutFrames, err = without(q, "frames"); err != nil {
		return req, err
	}
	from, to := q.Get("from"), q.Get("to")
	if from == "" {
		from = d.parsed.From
	}
	if to == "" {
		to = d.parsed.To
	}
	if req.Range, err = req.Clock.Range(from, to); err != nil {
		return req, err
	}
	req.Variables = given(q)
	req.Only = isolated(q)
	return req, nil
}

// wantedPanels reads which panels of a dashboard a query string asks for: those that it names in panels, and none that it names in
// except. Without the two it asks for all.
func wantedPanels(q url.Values) (func(id int) bool, error) {
	named, err := idsIn(q, "panels")
	if err != nil {
		return nil, err
	}
	except, err := idsIn(q, "except")
	if err != nil {
		return nil, err
	}
	return func(id int) bool { return (named == nil || named[id]) && !except[id] }, nil
}

// idsIn returns the numbers of panels in a parameter, nil if there is no such parameter.
func idsIn(q url.Values, name string) (map[int]bool, error) {
	if !q.Has(name) {
		return nil, nil
	}
	ids := map[int]bool{}
	for text := range strings.SplitSeq(q.Get(name), ",") {
		id, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("%s %q is not a list of panels' numbers with commas between them", name, q.Get(name))
		}
		ids[id] = true
	}
	return ids, nil
}

// without reports whether a parameter that says how much of something the answer has is none, and not all.
func without(q url.Values, name string) (bool, error) {
	switch value := q.Get(name); value {
	case "", "all":
		return false, nil
	case "none":
		return true, nil
	default:
		return false, fmt.Errorf("%s %q is not all or none", name, value)
	}
}

// given returns the values of dashboard variables in a query string. As in Grafana, they are written var-NAME=VALUE, once for
// each value.
func given(q url.Values) map[string][]string {
	vars := map[string][]string{}
	for key, values := range q {
		if name, ok := strings.CutPrefix(key, "var-"); ok && name != "" {
			vars[name] = values
		}
	}
	return vars
}

// mostZones bounds how many names of zones are remembered. Some zones have endless names, such as "Asia//Tokyo".
const mostZones = 1000

// zones are the time zones that requests have named, because Go reads a zone's file each time.
type zones struct {
	mu    sync.Mutex
	known map[string]*time.Location
}

// isolated returns the names of the series that are seen alone in a query string. They are written only-PANEL=NAME, once for each
// name.
func isolated(q url.Values) map[int][]string {
	only := map[int][]string{}
	for key, values := range q {
		if id, ok := strings.CutPrefix(key, "only-"); ok {
			if n, err := strconv.Atoi(id); err == nil {
				only[n] = values
			}
		}
	}
	return only
}

// location finds a zone by its IANA name. "browser" means UTC, because the server does not know the browser's zone.
func (z *zones) location(name string) (*time.Location, error) {
	switch name {
	case "", "browser", "utc", "UTC":
		return time.UTC, nil
	case "Local":
		// To Go this means the zone of the server, which is not the reader's.
		return nil, fmt.Errorf("timezone %q is not the name of a time zone", name)
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if l := z.known[name]; l != nil {
		return l, nil
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("timezone %q is not the name of a time zone", name)
	}
	if z.known == nil || len(z.known) == mostZones {
		z.known = map[string]*time.Location{}
	}
	z.known[name] = l
	return l, nil
}
