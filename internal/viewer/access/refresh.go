package access

import (
	"context"
	"crypto/sha256"
	"time"
)

// RefreshEvery is how often a server calls Sessions.Refresh. A session that was revoked is over on every server after
// about this time.
const RefreshEvery = time.Second

// Refresh asks the store, in one query, which of the sessions in use still exist. It ends the answers that are being
// given to the others. It also notes which sessions were used.
func (s *Sessions) Refresh(ctx context.Context) error {
	inUse := s.inUse()
	if len(inUse) == 0 {
		return nil
	}
	found, err := s.store.Sessions(ctx, inUse)
	if err != nil {
		return err
	}
	s.confirm(inUse, found)
	now := s.opts.Now()
	if seen := s.unnoted(now); len(seen) > 0 {
		if err := s.store.MarkSeen(ctx, seen, now); err != nil {
			return err
		}
	}
	return nil
}

// inUse returns the sessions with a request in the last seconds or with an answer that is still being given, and forgets
// those that have not been used for long.
func (s *Sessions) inUse() [][sha256.Size]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	var hashes [][sha256.Size]byte
	for hash, k := range s.known {
		switch unused := now.Sub(k.used); {
		case len(k.running) > 0 || unused <= 10*time.Second:
			hashes = append(hashes, hash)
		case unused > forgottenAfter:
			delete(s.known, hash)
		}
	}
	return hashes
}

// confirm notes what the store said of some sessions: `found` exist, and the others of `asked` are over.
func (s *Sessions) confirm(asked [][sha256.Size]byte, found []Session) {
	exist := make(map[[sha256.Size]byte]bool, len(found))
	now := s.opts.Now()
	for _, session := range found {
		if _, ok := s.valid(session); !ok {
			continue
		}
		exist[session.Hash] = true
		s.remember(session, now)
	}
	for _, hash := range asked {
		if !exist[hash] {
			s.forget(hash)
		}
	}
}

func (s *Sessions) remember(session Session, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.known[session.Hash]
	if k == nil {
		if len(s.known) >= mostKnown {
			s.makeRoom()
		}
		k = &knownSession{used: now, running: map[*running]bool{}}
		s.known[session.Hash] = k
	}
	if k.Seen.After(session.Seen) {
		session.Seen = k.Seen // this server has just noted a later use
	}
	k.Session, k.confirmed = session, now
}

// makeRoom forgets the session that was used longest ago, for a caller that holds the mutex. The store still has it.
func (s *Sessions) makeRoom() {
	var oldest [sha256.Size]byte
	var at time.Time
	for hash, k := range s.known {
		if len(k.running) == 0 && (at.IsZero() || k.used.Before(at)) {
			oldest, at = hash, k.used
		}
	}
	delete(s.known, oldest)
}

// forget removes a session that is over, and ends the answers that are being given to it.
func (s *Sessions) forget(hash [sha256.Size]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.known[hash]
	if k == nil {
		return
	}
	delete(s.known, hash)
	for request := range k.running {
		request.cancel(ErrNoSession)
	}
}

// unnoted returns the sessions that were used since their use was last noted, and takes it as noted.
func (s *Sessions) unnoted(now time.Time) [][sha256.Size]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hashes [][sha256.Size]byte
	for hash, k := range s.known {
		if k.used.Sub(k.Seen) >= seenEvery {
			k.Seen = now
			hashes = append(hashes, hash)
		}
	}
	return hashes
}
