package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/silence"
	"macrowatch/internal/desk"
	"macrowatch/internal/desk/schedule"
	"macrowatch/internal/viewer/server"
)

// silencing lets operators silence alerts from the page. It writes with the database's own login, never with that of the
// dashboards' queries.
func (v *viewer) silencing() *server.Silencing {
	return &server.Silencing{Held: v.heldSilences, Refusal: v.silenceRefusal, Add: v.addSilence, End: v.endSilence, Opening: v.nextOpening,
		Rules: alert.RuleNames(), LocalName: v.localName()}
}

// localName names whoever sits at this machine; "" if a proxy passes on the requests of others.
func (v *viewer) localName() string {
	host, err := os.Hostname()
	if err != nil || len(v.flags.login.proxies) > 0 || v.flags.login.public != nil {
		return ""
	}
	return "somebody at " + host
}

func (v *viewer) heldSilences(ctx context.Context) ([]server.Silence, error) {
	all, err := v.db.viewerStore().Silences(ctx, v.app.Now())
	if err != nil {
		return nil, err
	}
	held := make([]server.Silence, len(all))
	for n, q := range all {
		held[n] = shownSilence(q)
	}
	return held, nil
}

// silenceRefusal says why nothing can be silenced here; "" if it can.
func (v *viewer) silenceRefusal(ctx context.Context) string {
	switch may, err := v.db.MaySilence(ctx); {
	case err != nil:
		return "the database does not answer"
	case !may:
		return "this server's database login only reads, so nothing can be silenced here: use a server whose login may write"
	}
	return ""
}

func (v *viewer) addSilence(ctx context.Context, body io.Reader, by string) (server.Silence, error) {
	wish, err := silence.ReadAsked(body, by)
	if err != nil {
		return server.Silence{}, &server.BadSilenceError{Sentence: err.Error()}
	}
	q, err := silence.Add(ctx, v.db, wish, v.app.Now())
	var fault *silence.Fault
	var tooMany *silence.TooManyError
	switch {
	case errors.As(err, &fault):
		return server.Silence{}, &server.BadSilenceError{Sentence: fault.Problem}
	case errors.As(err, &tooMany):
		return server.Silence{}, &server.BadSilenceError{Sentence: tooMany.Error(), Conflict: true}
	}
	return shownSilence(q), err
}

func (v *viewer) endSilence(ctx context.Context, id, by string) (bool, error) {
	return silence.End(ctx, v.db, id, by, v.app.Now())
}

// nextOpening is when the desk opens next. The desk's calendar was checked when its file was read.
func (v *viewer) nextOpening() time.Time {
	at, err := schedule.NextOpening(v.app.rules(), v.app.Now())
	if err != nil {
		v.app.log.Error("the desk's calendar can't be read", "error", err)
	}
	return at
}

// silenceOf returns the silence that keeps an alert from being told: of several the one that ends last. It is nil if
// there is none.
func silenceOf(a desk.Alert, all []desk.AlertSilence, now time.Time) *server.Silence {
	fitting := slices.DeleteFunc(slices.Clone(all), func(q desk.AlertSilence) bool { return !q.Fits(a, now) })
	if len(fitting) == 0 {
		return nil
	}
	last := shownSilence(slices.MaxFunc(fitting, func(a, b desk.AlertSilence) int { return a.EndsAt.Compare(b.EndsAt) }))
	return &last
}

func shownSilence(q desk.AlertSilence) server.Silence {
	return server.Silence{ID: q.ID, Rule: q.Rule, Subject: q.Subject, Until: q.EndsAt, By: q.MadeBy, Reason: q.Reason}
}
