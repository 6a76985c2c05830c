package server

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/headline"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/request"
)

// VerdictPanel is the panel that says how the desk stands as a whole; package headline says what such a panel is. The header of
// every page shows its verdict.
type VerdictPanel struct {
	// Dashboard has the panel. It need not be among the dashboards that are served, and no other dashboard takes its place.
	Dashboard Dashboard
	// PanelID is the id of the panel.
	PanelID int
}

// verdict computes the verdict for the pages.
type verdict struct {
	dashboard *model.Dashboard
	panelID   int
	zone      *time.Location
}

// newVerdict reads the panel of a configuration. It returns nil if there is none.
func newVerdict(p *VerdictPanel, zone string) (*verdict, error) {
	if p == nil {
		return nil, nil
	}
	v := &verdict{panelID: p.PanelID}
	var err error
	if v.dashboard, err = model.Parse(p.Dashboard.JSON); err != nil {
		return nil, fmt.Errorf("read the dashboard %s, which has the verdict: %w", p.Dashboard.UID, err)
	}
	if v.dashboard.Panel(p.PanelID) == nil {
		return nil, fmt.Errorf("the dashboard %s has no panel %d for the verdict", p.Dashboard.UID, p.PanelID)
	}
	v.zone, err = (&zones{}).location(zone)
	return v, err
}

// verdictAnswer is the verdict on the desk; null if there is nothing to judge.
type verdictAnswer struct {
	Verdict *pageVerdict `json:"verdict"`
}

type pageVerdict struct {
	UID      string `json:"uid"` // of the dashboard that has the panel
	Panel    int    `json:"panel"`
	Severity string `json:"severity"`
	Word     string `json:"word"`
	Text     string `json:"text"`
	Brief    string `json:"brief"`
	Wrong    int    `json:"wrong"`
	Since    *int64 `json:"since"` // in milliseconds
	At       int64  `json:"at"`    // in milliseconds
}

// verdictStep is how long pages share a verdict while nothing is written. It divides a minute: runs are due at full minutes.
const verdictStep = 5 * time.Second

// verdictCall answers how the desk stands now, whatever range a page shows. Pages that ask at the same time share an answer.
func (s *Server) verdictCall(w http.ResponseWriter, r *http.Request) error {
	if s.verdict == nil || s.preparing() != nil {
		writeJSON(w, http.StatusOK, verdictAnswer{})
		return nil
	}
	version, err := s.databaseAnswers(r)
	if err != nil {
		return err
	}
	q := question{about: "verdict", data: version, moment: s.now().Truncate(verdictStep)}
	return s.answerKept(w, r, q, func(ctx context.Context) (any, bool, error) {
		answer, err := s.readVerdict(ctx, version.Querier)
		if err != nil {
			return nil, false, refuse(http.StatusServiceUnavailable, "%s", err.Error())
		}
		return answer, true, nil
	})
}

// readVerdict computes the verdict. The error is a sentence for the reader.
func (s *Server) readVerdict(ctx context.Context, querier request.Querier) (answer verdictAnswer, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.metrics.panics.Inc()
			s.cfg.Logger.Error("the verdict on the desk panicked", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("the verdict met a fault of the program; the program's log says more")
		}
	}()
	// The verdict has places of its own, because the dashboard's other panels may be slow.
	if leave, ok := s.places.take(ctx, ""); ok {
		defer leave()
	}
	v, at := s.verdict, s.now()
	req, err := headline.VerdictRequest(v.dashboard, headline.Options{Now: at, Location: v.zone})
	if err != nil {
		return answer, err
	}
	start := time.Now()
	panel := render.Panel(ctx, querier, v.dashboard, v.panelID, req, annotation.Marks{})
	s.metrics.panel(v.dashboard.UID, panel.Type, panel.Error != "", time.Since(start))
	found, err := headline.VerdictOf(v.dashboard, panel)
	if err != nil {
		s.cfg.Logger.Warn("the verdict on the desk could not be read", "error", err)
		return answer, err
	}
	if found == nil {
		return answer, nil
	}
	answer.Verdict = &pageVerdict{UID: v.dashboard.UID, Panel: v.panelID, Severity: severityWord(found.Severity), Word: found.Word, Text: found.Text,
		Brief: found.Brief, Wrong: found.Wrong, At: at.UnixMilli()}
	if !found.Since.IsZero() {
		since := found.Since.UnixMilli()
		answer.Verdict.Since = &since
	}
	return answer, nil
}

// severityWord is how an answer writes a severity.
func severityWord(s headline.Severity) string {
	return map[headline.Severity]string{headline.OK: "ok", headline.Warning: "warning", headline.Critical: "critical"}[s]
}
