package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// Outbox keeps the messages until they are sent.
type Outbox interface {
	AlertSendNext(ctx context.Context, route string, at time.Time, send func(desk.AlertDelivery, desk.Alert) store.AlertSent) (bool, error)
	ReportSendNext(ctx context.Context, route string, at time.Time, send func(desk.AlertDelivery, desk.DailyReport) store.AlertSent) (bool, error)
	Alerts(ctx context.Context, since time.Time, most int) ([]desk.Alert, error)
}

// Options of a Courier.
type Options struct {
	Config   alert.Config
	Location *time.Location
	Page     string // the address of the viewer or of Grafana; "" if it is not known
	// Now is the clock; nil means time.Now.
	Now    func() time.Time
	Logger *slog.Logger
	// Timeout is how long one attempt may take; 0 means 15 seconds.
	Timeout time.Duration
}

// Courier sends the messages about alerts to their targets.
type Courier struct {
	opts    Options
	targets map[string]*target
	failed  *prometheus.CounterVec
}

// target is where a courier sends to.
type target struct {
	name         string
	service      *service
	alertmanager *alertmanager
	resentAt     time.Time // when an Alertmanager last heard of all alerts
}

const (
	attemptLimit = 15 * time.Second
	firstWait    = 5 * time.Second
	longestWait  = 10 * time.Minute
	// keepTrying is for how long a message is tried. After that it is no news.
	keepTrying = 7 * 24 * time.Hour
	// mostSenders is to how many targets messages go at once. Each of them keeps a connection to the database busy.
	mostSenders = 2
	// mostResent is how many alerts an Alertmanager hears of at once.
	mostResent = 1000
)

// New returns a courier for the targets of the options.
func New(o Options) *Courier {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Timeout == 0 {
		o.Timeout = attemptLimit
	}
	c := &Courier{opts: o, targets: map[string]*target{}, failed: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "macrowatch_alert_delivery_failures_total", Help: "How often a message about an alert could not be sent to a target."}, []string{"target"})}
	for name, t := range o.Config.Targets {
		to := &target{name: name}
		if t.Alertmanager {
			to.alertmanager = &alertmanager{t.Address, &http.Client{Timeout: o.Timeout}}
		} else {
			to.service = newService(t.Address)
		}
		c.targets[name] = to
		c.failed.WithLabelValues(name)
	}
	return c
}

// Describe names the metric of the failures.
func (c *Courier) Describe(descs chan<- *prometheus.Desc) { c.failed.Describe(descs) }

// Collect sends the metric of the failures.
func (c *Courier) Collect(metrics chan<- prometheus.Metric) { c.failed.Collect(metrics) }

// Round sends what is due. It returns what failed; that is tried again in a later round.
func (c *Courier) Round(ctx context.Context, box Outbox) error {
	var mu sync.Mutex
	var failed []error
	var all sync.WaitGroup
	senders := make(chan struct{}, mostSenders)
	for _, name := range slices.Sorted(maps.Keys(c.targets)) {
		all.Go(func() {
			senders <- struct{}{}
			defer func() { <-senders }()
			if err := c.serve(ctx, box, c.targets[name]); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = append(failed, fmt.Errorf("target %s: %w", name, err))
			}
		})
	}
	all.Wait()
	slices.SortFunc(failed, func(a, b error) int { return slices.Compare([]byte(a.Error()), []byte(b.Error())) })
	return errors.Join(failed...)
}

// serve sends to one target what is due there, up to the first failure.
func (c *Courier) serve(ctx context.Context, box Outbox, t *target) error {
	for _, next := range []func() (bool, error){
		func() (bool, error) {
			return box.AlertSendNext(ctx, t.name, c.opts.Now(), func(d desk.AlertDelivery, a desk.Alert) store.AlertSent { return c.attempt(ctx, t, d, a) })
		},
		func() (bool, error) {
			return box.ReportSendNext(ctx, t.name, c.opts.Now(), func(d desk.AlertDelivery, r desk.DailyReport) store.AlertSent { return c.attemptReport(ctx, t, d, r) })
		},
	} {
		for sent := true; sent; {
			var err error
			if sent, err = next(); err != nil {
				return err
			}
		}
	}
	if t.alertmanager != nil && c.opts.Now().Sub(t.resentAt) >= resendEvery {
		return c.resend(ctx, box, t)
	}
	return nil
}

// attempt sends a message and says how that ended.
func (c *Courier) attempt(ctx context.Context, t *target, d desk.AlertDelivery, a desk.Alert) store.AlertSent {
	err := c.sendTo(ctx, t, d, a)
	now := c.opts.Now()
	if err == nil {
		c.opts.Logger.Info("a message about an alert is sent", "target", t.name, "rule", a.Rule, "subject", a.Subject, "tells", string(d.Tells), "message", d.ID)
		return store.AlertSent{At: now}
	}
	return store.AlertSent{At: now, Err: err, LastError: err.Error(), NextTryAt: now.Add(Wait(d.Attempts)), DropBefore: now.Add(-keepTrying)}
}

// Wait is how long to wait after so many failed attempts before this one: 5 seconds, then twice as long each time, up to
// 10 minutes.
func Wait(attempts int) time.Duration { return min(firstWait<<min(max(attempts, 0), 10), longestWait) }

// sendTo sends a message to a target.
func (c *Courier) sendTo(ctx context.Context, t *target, d desk.AlertDelivery, a desk.Alert) error {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	m := c.message(d, a)
	var err error
	if t.alertmanager != nil {
		err = t.alertmanager.send(ctx, []postable{postableOf(m, c.opts.Now())})
	} else {
		err = t.service.send(ctx, m)
	}
	if err != nil {
		c.failed.WithLabelValues(t.name).Inc()
	}
	return err
}

func (c *Courier) message(d desk.AlertDelivery, a desk.Alert) Message {
	return Message{Delivery: d, Alert: a, Location: c.opts.Location, Page: c.opts.Page}
}

// resend tells an Alertmanager of all alerts that fire and that it has heard of, so that it does not take them to be over.
func (c *Courier) resend(ctx context.Context, box Outbox, t *target) error {
	now := c.opts.Now()
	open, err := box.Alerts(ctx, now, mostResent)
	if err != nil {
		return err
	}
	var all []postable
	for _, a := range open {
		if a.State == desk.AlertFiring && !a.ToldAt.IsZero() && slices.Contains(c.opts.Config.TargetsOf(a), t.name) {
			all = append(all, postableOf(c.message(desk.AlertDelivery{Tells: desk.TellsRepeat}, a), now))
		}
	}
	if len(all) > 0 {
		limited, cancel := context.WithTimeout(ctx, c.opts.Timeout)
		defer cancel()
		if err := t.alertmanager.send(limited, all); err != nil {
			c.failed.WithLabelValues(t.name).Inc()
			return err
		}
	}
	t.resentAt = now
	return nil
}

// Send sends a message to one target at once, past the outbox.
func (c *Courier) Send(ctx context.Context, name string, d desk.AlertDelivery, a desk.Alert) error {
	t, there := c.targets[name]
	if !there {
		return fmt.Errorf("there is no target %q", name)
	}
	return c.sendTo(ctx, t, d, a)
}
