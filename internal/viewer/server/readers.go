package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// mostAnswers is how many requests are answered at once. The others wait, because each may need a megabyte for the
	// compressor's tables.
	mostAnswers = 24
	// mostPanels is how many bytes of computed panels may wait to be sent. While there are more, no
	// computation of a panel begins.
	mostPanels = 8 << 20
	// slowAfter is how long a write must wait for its reader before the reader may be cut off.
	slowAfter = time.Second
	// admitLimit is how long a request waits before it is refused.
	admitLimit = 15 * time.Second
	// lookAgain is how often a request that waits looks whether its turn has come.
	lookAgain = 50 * time.Millisecond
)

// readers bounds the memory that answers take up while their readers are slow to receive them. When a new
// answer needs the room, the reader that has kept the program waiting longest is cut off.
type readers struct {
	metrics *metrics

	mu     sync.Mutex
	held   int64 // bytes of panels that are computed and not sent
	active map[*reader]bool
}

func newReaders(m *metrics) *readers { return &readers{metrics: m, active: map[*reader]bool{}} }

// reader is the client that an answer goes to. The mutex of its group guards its fields.
type reader struct {
	group *readers
	held  int64 // its share of group.held
	// waiting is when the write that waits for the reader now began; zero if no write waits.
	waiting   time.Time
	cut       bool
	failWrite func() // makes the waiting write fail
}

// admit adds a reader. If there are too many, it waits until one is done or is slow enough to be cut off. It returns nil if
// neither happens in time. The function `failWrite` must make a write to the reader fail.
func (rs *readers) admit(ctx context.Context, failWrite func()) *reader {
	ctx, cancel := context.WithTimeout(ctx, admitLimit)
	defer cancel()
	r := &reader{group: rs, failWrite: failWrite}
	if !rs.waitUntil(ctx, func() bool {
		if len(rs.active) >= mostAnswers && !rs.cutSlowest() {
			return false
		}
		rs.active[r] = true
		return true
	}) {
		return nil
	}
	return r
}

// many reports whether there are so many readers that they are to share answers.
func (rs *readers) many() bool {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return len(rs.active) >= manyReaders
}

// waitForRoom waits until there is room for another panel, or until ctx ends.
func (rs *readers) waitForRoom(ctx context.Context) {
	rs.waitUntil(ctx, func() bool { return rs.held < mostPanels || rs.cutSlowest() })
}

// waitUntil calls ok again and again, with the mutex held, until ok returns true. It returns false if ctx ends before that.
func (rs *readers) waitUntil(ctx context.Context, ok func() bool) bool {
	for {
		rs.mu.Lock()
		done := ok()
		rs.mu.Unlock()
		if done {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(lookAgain):
		}
	}
}

// leave removes the reader, and what is held for it.
func (r *reader) leave() {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	r.forget()
}

// forget is leave for callers that hold the mutex.
func (r *reader) forget() {
	if r.group.active[r] {
		delete(r.group.active, r)
		r.group.held -= r.held
	}
}

// addHeld counts n more bytes that wait to be sent to the reader. A negative n counts fewer.
func (r *reader) addHeld(n int) {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	r.held += int64(n)
	if r.group.active[r] { // a reader that was cut off does not count any more
		r.group.held += int64(n)
	}
}

// cutSlowest cuts off the reader that has let a write wait longest. It returns false if no reader is slow.
func (rs *readers) cutSlowest() bool {
	var slowest *reader
	for r := range rs.active {
		if !r.waiting.IsZero() && (slowest == nil || r.waiting.Before(slowest.waiting)) {
			slowest = r
		}
	}
	if slowest == nil || time.Since(slowest.waiting) < slowAfter {
		return false
	}
	slowest.cut = true
	slowest.forget()
	slowest.failWrite()
	rs.metrics.cutOff.Inc()
	return true
}

// errCutOff is the error of a write to a reader that was cut off.
var errCutOff = errors.New("the reader was too slow and is cut off")

// begin notes that a write to the reader begins. It fails if the reader has been cut off.
func (r *reader) begin() error {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	if r.cut {
		return errCutOff
	}
	r.waiting = time.Now()
	return nil
}

// end notes that the write has ended.
func (r *reader) end() {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	r.waiting = time.Time{}
}

// deadline sets the time at which a write to the reader fails. It returns an error if the reader has been cut off.
func (r *reader) deadline(at time.Time, set func(time.Time) error) error {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	if r.cut {
		return errCutOff
	}
	return set(at)
}

// readerWriter notes when each write to its reader begins and ends.
type readerWriter struct {
	http.ResponseWriter
	reader *reader
}

func (w readerWriter) Write(b []byte) (int, error) {
	if err := w.reader.begin(); err != nil {
		return 0, err
	}
	defer w.reader.end()
	return w.ResponseWriter.Write(b)
}

// FlushError sends what is buffered, for http.ResponseController.
func (w readerWriter) FlushError() error {
	if err := w.reader.begin(); err != nil {
		return err
	}
	defer w.reader.end()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Flush is FlushError for callers that take no error, such as the compressor.
func (w readerWriter) Flush() { _ = w.FlushError() }

// SetWriteDeadline is for http.ResponseController.
func (w readerWriter) SetWriteDeadline(at time.Time) error {
	return w.reader.deadline(at, http.NewResponseController(w.ResponseWriter).SetWriteDeadline)
}

// Unwrap returns the wrapped writer, for http.ResponseController.
func (w readerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type readerKey struct{}

// readerOf returns the reader of the answer to a request, from the request's context.
func readerOf(ctx context.Context) *reader { return ctx.Value(readerKey{}).(*reader) }

// accounted counts each request among the readers of its path before it answers it. It counts calls that compute panels apart
// from the page's own files, so that slow queries do not keep the page from being sent. It does not count health checks and
// metrics.
func (s *Server) accounted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account := s.readersOfPath(strings.TrimPrefix(r.URL.Path, s.cfg.BasePath))
		if s.isIntake(r) {
			account = nil // it bounds itself, and a slow sender must not keep the pages from being answered
		}
		if account == nil {
			defer answering(r.Context())()
			next.ServeHTTP(w, r)
			return
		}
		control := http.NewResponseController(w)
		reader := account.admit(r.Context(), func() { _ = control.SetWriteDeadline(time.Unix(1, 0)) })
		if reader == nil {
			s.metrics.busy.Inc()
			w.Header().Set("Retry-After", "2")
			w.Header().Set("Connection", "close")
			writeError(w, http.StatusServiceUnavailable, "macrowatch is answering as many requests as it can at the moment")
			return
		}
		defer reader.leave()
		if account == s.panelReaders && account.many() {
			s.rush.begin()
		}
		defer answering(r.Context())()
		_ = control.SetWriteDeadline(time.Now().Add(answerLimit)) // the request may have waited for long
		next.ServeHTTP(readerWriter{w, reader}, r.WithContext(context.WithValue(r.Context(), readerKey{}, reader)))
	})
}

// readersOfPath returns the group of readers in which a request for a path counts. It returns nil for requests that cost
// nothing and must always be answered.
func (s *Server) readersOfPath(path string) *readers {
	switch {
	case path == "/livez", path == "/readyz", path == "/api/health", path == "/metrics":
		return nil
	case strings.HasPrefix(path, "/api/dashboards/uid/"):
		return s.panelReaders
	}
	return s.pageReaders
}

// bodyLimit is how long the server waits for the rest of the body of a request that needs none.
const bodyLimit = 2 * time.Second

// withoutBody limits how long the server waits for a request's body. Only the intake needs a body, but a connection that is
// closed while one still arrives may cost the sender the answer.
func (s *Server) withoutBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 && !s.isIntake(r) {
			w.Header().Set("Connection", "close")
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyLimit)) // fails only for the recorders of tests, which have no deadlines
		}
		next.ServeHTTP(w, r)
	})
}
