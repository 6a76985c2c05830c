package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/request"
)

// call answers a request to the API. If it returns an error, it has written nothing: api then writes the answer.
type call func(w http.ResponseWriter, r *http.Request) error

// refusal is an error whose message the reader gets.
type refusal struct {
	status  int
	message string
}

func (e *refusal) Error() string { return e.message }

func refuse(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

// badRequest refuses a request. The reader gets the text of err.
func badRequest(err error) error { return &refusal{http.StatusBadRequest, err.Error()} }

// api makes a handler of a call. It refuses malformed query strings. If it silently dropped a part, the page
// might show another range than the reader asked for.
func (s *Server) api(c call) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
			writeError(w, http.StatusBadRequest, "the query string is not well formed: parameters are separated by &, and a % is written %25")
			return
		}
		err := c(w, r)
		var refused *refusal
		switch {
		case err == nil:
		case errors.As(err, &refused):
			writeError(w, refused.status, refused.message)
		default:
			s.cfg.Logger.Error("request failed", "path", r.URL.Path, "error", err)
			writeError(w, http.StatusInternalServerError, "internal error; the program's log says more")
		}
	})
}

// asked says what a request asks for: a dashboard, perhaps one of its panels, and the range and the values of
// variables for which they are computed.
type asked struct {
	request.Request
	dashboard *served
	panel     *model.Panel // nil where the path names none
	data      dataVersion  // when the request came
}

// about names what an answer depends on, apart from the dashboard, the data and the time. Variables that the dashboard
// does not have change nothing.
func (a asked) about() string {
	variables := url.Values{}
	for _, v := range a.dashboard.parsed.Variables {
		if values, given := a.Variables[v.Name]; given {
			variables[v.Name] = values
		}
	}
	return fmt.Sprintf("%s to %s in %s, %d %v %s", a.FromText, a.ToText, a.Zone(), a.DrawnWidth(), a.Theme, variables.Encode())
}

// question returns the question that a call answers about the dashboard.
func (a asked) question(call string) question {
	return question{about: call + " of " + a.dashboard.UID + " " + a.dashboard.version + " " + a.about(), data: a.data, moment: momentOf(a.Request)}
}

// overRange makes a call of a function that queries the database about a dashboard. It reads what is asked for,
// checks that the database answers, and bounds the time of the answer.
func (s *Server) overRange(answer func(http.ResponseWriter, *http.Request, asked) error) call {
	return func(w http.ResponseWriter, r *http.Request) error {
		d, err := s.dashboardOf(r)
		if err != nil {
			return err
		}
		if d.parsed == nil {
			return refuse(http.StatusUnprocessableEntity, "the dashboard %s can't be shown: %s", d.UID, d.Fault)
		}
		a := asked{dashboard: d}
		if a.panel, err = panelOf(r, d); err != nil {
			return err
		}
		// The clock is read after the database was asked. Otherwise a row that was committed in between would be in the data and
		// beyond the end of the range, and others would be given that answer for a while.
		var away error
		a.data, away = s.databaseAnswers(r)
		if a.Request, err = s.requestOf(d, r.URL.Query()); err != nil {
			return badRequest(err)
		}
		if err := s.requirePrepared(); err != nil {
			return err
		}
		if away != nil {
			return away
		}
		s.tellLag(w, a.data)
		ctx, cancel := context.WithTimeout(r.Context(), s.cfg.AnswerTimeout)
		defer cancel()
		return answer(w, r.WithContext(ctx), a)
	}
}

// dashboardOf returns the dashboard that the path names.
func (s *Server) dashboardOf(r *http.Request) (*served, error) {
	uid, shown := r.PathValue("uid"), s.catalog.Load()
	if d, ok := shown.byUID[uid]; ok {
		return d, nil
	}
	known := make([]string, len(shown.dashboards))
	for i, d := range shown.dashboards {
		known[i] = d.UID
	}
	return nil, refuse(http.StatusNotFound, "there is no dashboard %q; there are: %s", uid, strings.Join(known, ", "))
}

// panelOf returns the panel that the path names, nil where the path names none.
func panelOf(r *http.Request, d *served) (*model.Panel, error) {
	text := r.PathValue("id")
	if text == "" {
		return nil, nil
	}
	id, err := strconv.Atoi(text)
	if p := d.parsed.Panel(id); err == nil && p != nil {
		return p, nil
	}
	var known []string
	for _, p := range d.parsed.Panels {
		if p.Type != "row" {
			known = append(known, strconv.Itoa(p.ID))
		}
	}
	return nil, refuse(http.StatusNotFound, "dashboard %s has no panel %q; it has: %s", d.UID, text, strings.Join(known, ", "))
}

// databaseAnswers refuses a call while the database does not answer, and returns the version of its data. It is called
// before the first panel is sent. So a page keeps the panels that it shows, and does not draw the same error in every panel.
func (s *Server) databaseAnswers(r *http.Request) (dataVersion, error) {
	version, err := s.dataVersion(r.Context())
	if err == nil {
		return version, nil
	}
	if r.Context().Err() == nil {
		s.cfg.Logger.Warn("database is failing", "error", err)
	}
	return version, refuse(http.StatusServiceUnavailable, "the database does not answer")
}

// deliveryLimit is how long a delivery of kept runs may take. What is left is delivered later.
const deliveryLimit = 30 * time.Second

// retrySpool delivers the runs that wait for the database on the server's machine, at once.
func (s *Server) retrySpool(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), deliveryLimit)
	defer cancel()
	n, err := s.cfg.DeliverKept(ctx)
	s.cfg.Logger.Info("an operator had kept runs delivered", "user", identityOf(r.Context()).User, "runs", n, "error", err)
	if err != nil {
		return refuse(http.StatusServiceUnavailable, "not all kept runs could be delivered; the program's log says why, and they stay kept")
	}
	writeJSON(w, http.StatusOK, map[string]int{"delivered": n})
	return nil
}

func unknownCall(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return refuse(http.StatusMethodNotAllowed, "%s is not allowed here: docs/http.md lists the few calls that change something", r.Method)
	}
	return refuse(http.StatusNotFound, "there is no call %s %s", r.Method, r.URL.Path)
}
