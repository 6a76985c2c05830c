package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"sync"
	"time"
)

// Session is a login that lasts. The browser has its token; everybody else has only the token's hash.
type Session struct {
	Hash    [sha256.Size]byte
	User    string
	Role    string
	Method  string // how the person logged in, such as ByPassword
	Stamp   string // changes if the person's credentials do; the session is then over
	Address string // from where the person logged in
	Created time.Time
	Seen    time.Time // when the session was last used, to the minute
	Ends    time.Time // the session ends then at the latest
}

// SessionStore keeps sessions where all servers of one database find them.
type SessionStore interface {
	AddSession(ctx context.Context, s Session) error
	// Sessions returns those sessions that exist.
	Sessions(ctx context.Context, hashes [][sha256.Size]byte) ([]Session, error)
	// MarkSeen notes that sessions were used.
	MarkSeen(ctx context.Context, hashes [][sha256.Size]byte, at time.Time) error
	EndSession(ctx context.Context, hash [sha256.Size]byte) error
	// RemoveEnded deletes the sessions that ended before now, and those last used before unusedSince.
	RemoveEnded(ctx context.Context, now, unusedSince time.Time) error
}

// Accounts know what a person may do at the moment. Sessions ask them at each request, so that a person who was removed
// is out at once.
type Accounts interface {
	// Account returns a person's role and stamp. The stamp changes whenever the person's credentials do.
	Account(user string) (role Role, stamp string, known bool)
}

// SessionOptions say how long sessions last and how they are checked.
type SessionOptions struct {
	Method   string        // the way in which people log in now
	Idle     time.Duration // a session that is not used for so long is over
	Lifetime time.Duration // a session is over after so long in any case
	Accounts Accounts      // nil if the role at the login holds until the session ends
	Now      func() time.Time
}

const (
	// confirmedFor is how long a session that the database has confirmed is believed. Refresh confirms the sessions
	// that are in use more often.
	confirmedFor = 2 * time.Second
	// keptWithoutDatabase is how long a confirmed session is believed while the database does not answer. The
	// dashboards show nothing new then, but the pages keep working.
	keptWithoutDatabase = 15 * time.Minute
	// forgottenAfter is how long a session that nobody uses is kept in memory.
	forgottenAfter = 20 * time.Minute
	// mostKnown is how many sessions are kept in memory.
	mostKnown = 10_000
	// seenEvery is how exactly the use of a session is noted.
	seenEvery = time.Minute
)

// Sessions begins, finds and ends sessions. Make it with NewSessions. It is safe for concurrent use.
type Sessions struct {
	store SessionStore
	opts  SessionOptions

	mu    sync.Mutex
	known map[[sha256.Size]byte]*knownSession
}

// knownSession is a session that this server has confirmed lately.
type knownSession struct {
	Session
	confirmed time.Time
	used      time.Time
	running   map[*running]bool
}

// running is a request that is being answered for a session.
type running struct{ cancel context.CancelCauseFunc }

// NewSessions returns sessions that are kept in a store.
func NewSessions(store SessionStore, opts SessionOptions) *Sessions {
	return &Sessions{store: store, opts: opts, known: map[[sha256.Size]byte]*knownSession{}}
}

// Method returns the way in which people log in.
func (s *Sessions) Method() string { return s.opts.Method }

// Lifetime returns how long a session lasts at most.
func (s *Sessions) Lifetime() time.Duration { return s.opts.Lifetime }

// ErrNoSession means that a token belongs to no session, or to one that is over.
var ErrNoSession = errors.New("the session is over")

// Begin stores a new session for a person who has just logged in. It returns the token for the person's browser: 256
// random bits.
func (s *Sessions) Begin(ctx context.Context, who Identity, stamp, address string) (token string, err error) {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // it never fails
	token = base64.RawURLEncoding.EncodeToString(bits[:])
	now := s.opts.Now()
	session := Session{
		Hash: sha256.Sum256([]byte(token)), User: who.User, Role: string(who.Role), Method: s.opts.Method, Stamp: stamp, Address: address,
		Created: now, Seen: now, Ends: now.Add(s.opts.Lifetime),
	}
	if err := s.store.AddSession(ctx, session); err != nil {
		return "", err
	}
	return token, s.store.RemoveEnded(ctx, now, now.Add(-s.opts.Idle))
}

// Find returns the person whose browser sent a token. It returns ErrNoSession if there is no such session any more, and
// the store's error if the store can't tell.
func (s *Sessions) Find(ctx context.Context, token string) (Identity, error) {
	hash, ok := hashOf(token)
	if !ok {
		return Identity{}, ErrNoSession
	}
	k := s.recall(hash, confirmedFor)
	if k == nil {
		found, err := s.store.Sessions(ctx, [][sha256.Size]byte{hash})
		if err != nil {
			if k = s.recall(hash, keptWithoutDatabase); k == nil {
				return Identity{}, err
			}
		} else {
			s.confirm([][sha256.Size]byte{hash}, found)
			if k = s.recall(hash, confirmedFor); k == nil {
				return Identity{}, ErrNoSession
			}
		}
	}
	who, ok := s.valid(k.Session)
	if !ok {
		s.forget(hash)
		return Identity{}, ErrNoSession
	}
	return who, nil
}

// recall returns a copy of a session that was confirmed no longer ago than the age, and notes that it is used.
func (s *Sessions) recall(hash [sha256.Size]byte, age time.Duration) *knownSession {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.known[hash]
	now := s.opts.Now()
	if k == nil || now.Sub(k.confirmed) > age {
		return nil
	}
	k.used = now
	return &knownSession{Session: k.Session}
}

// valid reports whether a session is still good, and who its person is.
func (s *Sessions) valid(session Session) (Identity, bool) {
	now := s.opts.Now()
	who := Identity{session.User, Role(session.Role)}
	if session.Method != s.opts.Method || !now.Before(session.Ends) || now.Sub(session.Seen) > s.opts.Idle {
		return who, false
	}
	if s.opts.Accounts != nil {
		role, stamp, known := s.opts.Accounts.Account(session.User)
		if !known || stamp != session.Stamp {
			return who, false
		}
		who.Role = role
	}
	return who, who.Role.May(Viewer)
}

// End ends the session of a token. It is no error if there is none.
func (s *Sessions) End(ctx context.Context, token string) error {
	hash, ok := hashOf(token)
	if !ok {
		return nil
	}
	err := s.store.EndSession(ctx, hash)
	s.forget(hash)
	return err
}

// Attach returns a context that ends when the session of a token does, for an answer that takes long. The caller must
// call release when the answer has been given.
func (s *Sessions) Attach(ctx context.Context, token string) (attached context.Context, release func()) {
	hash, _ := hashOf(token)
	s.mu.Lock()
	defer s.mu.Unlock()
	attached, cancel := context.WithCancelCause(ctx)
	k := s.known[hash]
	if k == nil {
		cancel(ErrNoSession)
		return attached, func() {}
	}
	request := &running{cancel}
	k.running[request] = true
	return attached, func() {
		cancel(nil)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(k.running, request)
	}
}

// hashOf returns the hash of a token. ok is false for a text that can't be a token.
func hashOf(token string) (hash [sha256.Size]byte, ok bool) {
	if bits, err := base64.RawURLEncoding.Strict().DecodeString(token); err != nil || len(bits) != 32 {
		return hash, false
	}
	return sha256.Sum256([]byte(token)), true
}
