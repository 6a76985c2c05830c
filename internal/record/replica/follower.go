package replica

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"macrowatch/internal/record/store"
)

const (
	// pace is how often both servers are asked.
	pace = time.Second
	// askLimit is how long a server may take to say how far it is. A reader waits as long before the primary is asked instead.
	askLimit = time.Second
	// checkLimit is how long it may take to find out whether a server is a replica.
	checkLimit = 10 * time.Second
	// Noticeable is the lag from which on people are told of it.
	Noticeable = 5 * time.Second
	// longestWait is how long a replica that answers again is given to catch up before it is read again, and its lag told.
	longestWait = time.Minute
)

// Config says which databases a Follower follows. All fields must be set.
type Config struct {
	Primary, Replica *store.Store
	// Check returns an error if the replica must not be read: because it is none, or because its login may not read.
	// It is called whenever the replica has been away.
	Check func(context.Context) error
	// Now is the clock. It is asked for lengths of time only.
	Now    func() time.Time
	Logger *slog.Logger
}

// Follower knows whether a replica can be read, and how far it is behind its primary. It is a prometheus.Collector. Make one with New,
// let it Run, and Close it. It is safe for concurrent use.
type Follower struct {
	cfg              Config
	primary, replica *store.Health

	mu      sync.Mutex
	reading bool      // the replica is read
	checked bool      // the replica has been found to be one since it was last away
	since   time.Time // since when it is not read
	marks   marks
	place   store.LogPlace // how far the replica was when it was last asked
	same    bool           // the replica's address leads to the primary itself
	count   string         // of changes, as the replica has it
	// while ends when the replica is no longer read.
	while context.Context
	leave context.CancelFunc
}

// New returns a follower that reads the primary until Probe or Run has found that the replica can be read.
func New(cfg Config) *Follower {
	ended, end := context.WithCancel(context.Background())
	end()
	return &Follower{cfg: cfg, primary: cfg.Primary.Health(), replica: cfg.Replica.Health(), while: ended, leave: end, since: cfg.Now()}
}

// Close ends the connections.
func (f *Follower) Close() {
	f.leave()
	f.primary.Close()
	f.replica.Close()
}

// Reading says which database a request reads, and what that database has.
type Reading struct {
	// Primary says that the primary is read, because the replica can't be.
	Primary bool
	// Snapshot changes whenever a transaction ends that has written something; "" means that nobody knows what changes.
	Snapshot string
	// AsOf is an instant: whatever was committed before it is read. It is zero if that is not known.
	AsOf time.Time
}

// Read says which database to read now. If the replica does not answer, that is the primary; if that does not answer either, Read
// fails.
func (f *Follower) Read(ctx context.Context) (Reading, error) {
	f.mu.Lock()
	reading, same := f.reading, f.same
	f.mu.Unlock()
	if reading {
		r, err := f.readReplica(ctx, same)
		if err == nil {
			return r, nil
		}
		if ctx.Err() != nil {
			return Reading{}, ctx.Err()
		}
		f.away(err)
	}
	at := f.cfg.Now()
	snapshot, err := f.primary.Snapshot(ctx)
	if snapshot != "" {
		snapshot = "primary " + snapshot
	}
	return Reading{Primary: true, Snapshot: snapshot, AsOf: at}, err
}

// readReplica asks the replica what it has.
func (f *Follower) readReplica(ctx context.Context, same bool) (Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	at := f.cfg.Now()
	if same {
		snapshot, err := f.replica.Snapshot(ctx)
		return Reading{Snapshot: snapshot, AsOf: at}, err
	}
	stands, err := f.replica.Standing(ctx)
	if err != nil {
		return Reading{}, err
	}
	if !stands.Standby {
		return Reading{}, errPromoted
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return Reading{Snapshot: "replica " + stands.Place.String(), AsOf: f.marks.of(stands.Place)}, nil
}

// errPromoted says that the replica takes writes of its own.
var errPromoted = &store.Error{Kind: store.BadURL, Sentence: "it is no standby, and it is not the primary"}

// Ping returns nil if a database answers that can be read.
func (f *Follower) Ping(ctx context.Context) error {
	_, err := f.Read(ctx)
	return err
}

// PingPrimary returns nil if the primary answers.
func (f *Follower) PingPrimary(ctx context.Context) error { return f.primary.Ping(ctx) }

// While returns a context that ends when the replica is no longer read. A query that the replica runs then need not be waited for.
func (f *Follower) While() context.Context {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.while
}

// ReadsPrimary reports whether the primary is read in place of the replica.
func (f *Follower) ReadsPrimary() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !f.reading
}

// away makes readers read the primary.
func (f *Follower) away(err error) {
	f.mu.Lock()
	left := f.reading
	f.reading, f.checked = false, false
	if left {
		f.since = f.cfg.Now()
		f.leave()
	}
	f.mu.Unlock()
	if left {
		f.cfg.Logger.Debug("the replica is no longer read", "error", err)
	}
}

// Probe asks both servers, and decides which one is read. The error says why the replica is not read.
func (f *Follower) Probe(ctx context.Context) error {
	stands, alone, err := f.ask(ctx)
	if err == nil {
		err = f.check(ctx)
	}
	if err != nil {
		if ctx.Err() == nil {
			f.away(err)
		}
		return err
	}
	return f.take(stands, alone)
}

// ask asks the primary, and then the replica, how far they are. alone says that the primary did not answer, which is no reason not to
// read the replica.
func (f *Follower) ask(ctx context.Context) (stands store.Standing, alone bool, err error) {
	primary, away := f.askPrimary(ctx)
	f.mu.Lock()
	ahead := away == nil && !f.same && f.place > primary.Place
	f.mu.Unlock()
	asking, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	stands, err = f.replica.Standing(asking)
	switch {
	case err != nil:
	case stands.Standby && ahead:
		f.mu.Lock()
		f.place = 0 // it may become a replica again
		f.mu.Unlock()
		err = &store.Error{Kind: store.BadURL, Sentence: "it is no standby of the primary: it has replayed what the primary never wrote"}
	case !stands.Standby && (away != nil || !stands.Started.Equal(primary.Started)):
		err = errPromoted
	}
	return stands, away != nil, err
}

// askPrimary asks the primary how far it is, and notes that.
func (f *Follower) askPrimary(ctx context.Context) (store.Standing, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	at := f.cfg.Now()
	stands, err := f.primary.Standing(ctx)
	if err == nil {
		f.mu.Lock()
		f.marks.note(stands.Place, at)
		f.mu.Unlock()
	}
	return stands, err
}

// check makes sure that the replica is one, once after it was away.
func (f *Follower) check(ctx context.Context) error {
	f.mu.Lock()
	checked := f.checked
	f.mu.Unlock()
	if checked {
		return nil
	}
	checking, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	if err := f.cfg.Check(checking); err != nil {
		return err
	}
	f.mu.Lock()
	f.checked = true
	f.mu.Unlock()
	return nil
}

// ErrBehind is why a replica that answers is not read yet. A Probe a moment later may succeed.
var ErrBehind = errors.New("it has not caught up yet")

// take notes how far the replica is, and makes readers read it if it has caught up, or has had its time for that. If the replica is
// alone, it is better than nothing.
func (f *Follower) take(stands store.Standing, alone bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.cfg.Now()
	f.same = !stands.Standby
	f.place = stands.Place
	f.marks.forget(stands.Place)
	if f.reading {
		return nil
	}
	lag, known := f.lag(now)
	if !alone && (!known || lag > Noticeable && now.Sub(f.since) < longestWait) {
		return ErrBehind
	}
	f.reading = true
	f.while, f.leave = context.WithCancel(context.Background())
	return nil
}

// Lag returns how old what the replica has may be, and false if that is not known.
func (f *Follower) Lag() (time.Duration, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lag(f.cfg.Now())
}

// lag returns how old what the replica has may be. The caller holds the lock.
func (f *Follower) lag(now time.Time) (time.Duration, bool) {
	if f.same {
		return 0, true
	}
	at := f.marks.of(f.place)
	return max(now.Sub(at), 0), !at.IsZero()
}
