package cli

import (
	"context"
	"time"

	"macrowatch/internal/background"
	"macrowatch/internal/record/store"
	"macrowatch/internal/viewer/access"
	"macrowatch/internal/viewer/server"
)

// sessionStore keeps the viewer's sessions in the database.
type sessionStore struct{ *store.Store }

// AddSession stores a new session.
func (s sessionStore) AddSession(ctx context.Context, session access.Session) error {
	return s.AddLoginSession(ctx, store.LoginSession(session))
}

// Sessions returns those sessions that exist.
func (s sessionStore) Sessions(ctx context.Context, hashes [][32]byte) ([]access.Session, error) {
	found, err := s.LoginSessions(ctx, hashes)
	sessions := make([]access.Session, len(found))
	for i := range found {
		sessions[i] = access.Session(found[i])
	}
	return sessions, err
}

// MarkSeen notes that sessions were used.
func (s sessionStore) MarkSeen(ctx context.Context, hashes [][32]byte, at time.Time) error {
	return s.MarkLoginSessionsSeen(ctx, hashes, at)
}

// EndSession ends a session.
func (s sessionStore) EndSession(ctx context.Context, hash [32]byte) error {
	_, err := s.EndLoginSession(ctx, hash)
	return err
}

// RemoveEnded deletes the sessions that are over.
func (s sessionStore) RemoveEnded(ctx context.Context, now, unusedSince time.Time) error {
	return s.RemoveEndedLoginSessions(ctx, now, unusedSince)
}

// keepSessions gives a login its sessions, and returns the task that checks them while the server runs. It refuses a
// database whose login may not write them.
func (v *viewer) keepSessions(ctx context.Context, l *server.Login) (task func(context.Context), err error) {
	if err := v.db.RequireLoginSessions(ctx); err != nil {
		return nil, err
	}
	opts := access.SessionOptions{Method: access.ByOIDC, Idle: v.flags.login.idle, Lifetime: v.flags.login.lifetime, Now: v.app.Now}
	if l.Passwords != nil {
		opts.Method, opts.Accounts = access.ByPassword, l.Passwords
	}
	l.Sessions = access.NewSessions(sessionStore{v.db.Store}, opts)
	checking := background.Task{Name: "sessions", Fault: "Logins that were ended stay open"}
	return func(ctx context.Context) {
		v.app.background.Every(ctx, checking, access.RefreshEvery, access.RefreshEvery, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, refreshLimit)
			defer cancel()
			return l.Sessions.Refresh(ctx)
		})
	}, nil
}

// refreshLimit is how long the database may take to say which sessions are over.
const refreshLimit = 5 * time.Second
