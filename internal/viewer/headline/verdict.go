package headline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// Verdict is what one panel of a dashboard says about the desk as a whole. The panel is a stat. Its first value is a word, and
// its other values say more. Its query also returns the columns brief, wrong and since, which the panel does not show.
type Verdict struct {
	// Word is the panel's first value, and Severity says how serious it is.
	Word     string
	Severity Severity
	// Text is the rest of the panel's values.
	Text string
	// Brief is the verdict in a few words, what is wrong first.
	Brief string
	// Wrong is how many things are not as they should be.
	Wrong int
	// Since is since when the reason of the verdict holds; zero if nothing is wrong.
	Since time.Time
}

// ReadVerdict computes a dashboard's panel over the dashboard's default time range and returns its verdict, or nil if the panel
// has none at the moment.
func ReadVerdict(ctx context.Context, q request.Querier, d *model.Dashboard, panelID int, o Options) (*Verdict, error) {
	r, err := VerdictRequest(d, o)
	if err != nil {
		return nil, err
	}
	return VerdictOf(d, render.Panel(ctx, q, d, panelID, r, annotation.Marks{}))
}

// VerdictRequest returns what a panel with a verdict is computed for: the dashboard's default time range, whatever a page shows. A
// verdict is about the whole desk, so its query has no variables, and nobody asks the database for their choices.
func VerdictRequest(d *model.Dashboard, o Options) (request.Request, error) {
	r := request.Request{Clock: d.Clock(o.Now, o.Location), Theme: palette.Dark, Resolved: &request.ResolvedVariables{Dashboard: d}}
	var err error
	if r.Range, err = r.Clock.Range(d.From, d.To); err != nil {
		return r, fmt.Errorf("dashboard %s: %w", d.UID, err)
	}
	return r, nil
}

// VerdictOf returns the verdict of a panel that was computed for VerdictRequest. It returns nil if the panel's column brief is
// empty: then there is nothing to judge. The error is a sentence for the reader.
func VerdictOf(d *model.Dashboard, p view.Panel) (*Verdict, error) {
	if p.Error != "" {
		return nil, errors.New(p.Error)
	}
	v := &Verdict{}
	for _, raw := range p.Frames {
		var frame data.Frame
		if err := json.Unmarshal(raw, &frame); err != nil {
			return nil, fmt.Errorf("read the answer of the panel %s: %w", p.Title, err)
		}
		v.read(&frame)
	}
	if v.Brief == "" {
		return nil, nil
	}
	if p.View == nil || p.View.Stat == nil || len(p.View.Stat.Items) == 0 {
		return nil, fmt.Errorf("the panel %s shows no value", p.Title)
	}
	judge := judge{byColor: severities(palette.Dark), ofSign: coloursSign(settings.ReadConfig(d.Panel(p.ID).Fields.Defaults))}
	var h Headline
	for _, i := range p.View.Stat.Items {
		h = judge.with(h, i.Value)
	}
	v.Word, v.Text, v.Severity = h.Values[0], strings.Join(h.Values[1:], " "), h.Severity
	return v, nil
}

// read reads the columns that the panel does not show.
func (v *Verdict) read(frame *data.Frame) {
	for _, f := range frame.Fields {
		if f.Len() == 0 {
			continue
		}
		value, _ := f.ConcreteAt(0) // the zero value of its type if it is null
		switch f.Name {
		case "brief":
			v.Brief, _ = value.(string)
		case "wrong":
			wrong, _ := value.(int64)
			v.Wrong = int(wrong)
		case "since":
			v.Since, _ = value.(time.Time)
		}
	}
}
