package report

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
)

// Config says what a report holds.
type Config struct {
	// Server answers for the page and the API. Its clock must stand still, so that all answers are of one moment.
	Server http.Handler
	// Page holds the built page: index.html and assets/.
	Page fs.FS
	// Question is what all panels are computed for.
	Question Question
	// Progress is called before each dashboard is computed, with its title. It may be nil.
	Progress func(title string)
}

// Question is what all panels of a report are computed for. The page reads it from its head.
type Question struct {
	// From and To are the ends of the range, as Grafana writes them. An empty end means that of each dashboard.
	From string `json:"from"`
	To   string `json:"to"`
	// Timezone is the IANA name of the zone of all times.
	Timezone string `json:"timezone"`
}

// width is that of the panels' grid in pixels, in a window of 1440 pixels with a scroll bar. Panels are computed for it.
const width = 1385

// frozen is what the page reads instead of asking the server; web/src/base/frozen.ts reads it.
type frozen struct {
	Answers map[string]json.RawMessage `json:"answers"` // by path, without those with panels
	Panels  map[string]frozenPanels    `json:"panels"`  // by the dashboard's uid
}

// frozenPanels are the panels of a dashboard in both themes.
type frozenPanels struct {
	Dark  []panel          `json:"dark"`
	Light map[string]panel `json:"light"` // by id; only what differs from Dark
}

// panel is a panel's answer by the names of its parts.
type panel map[string]json.RawMessage

// Write writes the report of all dashboards of the server. A panel that could not be computed says so in the report; failed
// names these panels and the reasons.
func Write(ctx context.Context, w io.Writer, cfg Config) (failed []string, err error) {
	page, err := ask(ctx, cfg.Server, "/", nil)
	if err != nil {
		return nil, err
	}
	data, failed, err := freeze(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return failed, writePage(w, page, cfg, data)
}

// freeze asks the server for everything that the page may ask for.
func freeze(ctx context.Context, cfg Config) (data frozen, failed []string, err error) {
	data = frozen{map[string]json.RawMessage{}, map[string]frozenPanels{}}
	keep := func(path string, query url.Values) (err error) {
		data.Answers[path], err = ask(ctx, cfg.Server, path, query)
		return err
	}
	const search = "/api/search"
	if err := keep(search, nil); err != nil {
		return data, nil, err
	}
	var hits []struct{ UID, Title string }
	if err := json.Unmarshal(data.Answers[search], &hits); err != nil {
		return data, nil, fmt.Errorf("read the list of dashboards: %w", err)
	}
	// Without a verdict the page says that it is not known. The report can be read all the same.
	const verdict = "/api/verdict"
	answer, err := ask(ctx, cfg.Server, verdict, nil)
	if ctx.Err() != nil {
		return data, nil, err
	}
	if err == nil {
		data.Answers[verdict] = answer
	}
	for _, hit := range hits {
		if cfg.Progress != nil {
			cfg.Progress(hit.Title)
		}
		at := path.Join("/api/dashboards/uid", hit.UID)
		if err := keep(at, nil); err != nil {
			return data, nil, err
		}
		if err := keep(at+"/variables", cfg.Question.query("dark")); err != nil {
			return data, nil, err
		}
		panels, err := cfg.panels(ctx, at+"/panels")
		if err != nil {
			return data, nil, fmt.Errorf("compute %s: %w", hit.Title, err)
		}
		data.Panels[hit.UID] = panels
		for _, p := range panels.Dark {
			if text, ok := p.failed(); ok {
				failed = append(failed, hit.Title+": "+text)
			}
		}
	}
	return data, failed, nil
}

// query is the question as the API's query string.
func (q Question) query(theme string) url.Values {
	query := url.Values{"timezone": {q.Timezone}, "theme": {theme}, "width": {strconv.Itoa(width)}}
	if q.From != "" {
		query.Set("from", q.From)
	}
	if q.To != "" {
		query.Set("to", q.To)
	}
	return query
}
