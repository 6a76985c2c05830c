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
	// mostAnswers is how many requests are answered at once; others wait. Each may need a megabyte for the
	// compressor's tables.
	mostAnswers = 24
	// mostPanels is how much memory panels may take that are computed and not sent yet, in bytes. Beyond
	// it no panel is begun.
	mostPanels = 8 << 20
	// slowAfter is how long a write must have waited for its reader before the reader may be cut off.
	slowAfter = time.Second
	// admitLimit is how long a request waits until it is answered.
	admitLimit = 15 * time.Second
	// lookAgain is how often those that wait look whether they need to any more.
	lookAgain = 50 * time.Millisecond
)

// readers bounds the memory that answers take up while their readers are slow to receive them. When a new
// answer needs the room, the reader that has kept the program waiting longest is cut off.
type readers struct {
	metrics *metrics

	mu   sync.Mutex
	held int64 // bytes of panels that are computed and not sent
	all  map[*reader]bool
}

func newReaders(m *metrics) *readers { return &readers{metrics: m, all: map[*reader]bool{}} }

// reader is the client that an answer goes to. The mutex of its group guards its other fields.
type reader struct {
	group *readers
	held  int64 // its share of group.held
	// waiting is when the write began that waits for the reader now; zero where none does.
	waiting   time.Time
	cut       bool
	failWrite func() // makes the write that waits fail
}

// admit takes in a reader. Where there are too many, it waits until one is done or slow enough to be cut
// off. It returns nil where neither happens in time.
func (all *readers) admit(ctx context.Context, deaden func()) *reader {
	ctx, cancel := context.WithTimeout(ctx, admitLimit)
	defer cancel()
	r := &reader{group: all, failWrite: deaden}
	if !all.waitUntil(ctx, func() bool {
		if len(all.all) >= mostAnswers && !all.cutSlowest() {
			return false
		}
		all.all[r] = true
		return true
	}) {
		return nil
	}
	return r
}

// waitForRoom waits until there is room for another panel, or until ctx ends.
func (all *readers) waitForRoom(ctx context.Context) {
	all.waitUntil(ctx, func() bool { return all.held < mostPanels || all.cutSlowest() })
}

// waitUntil calls ok, with the mutex held, again and again until ok returns true. It returns false when ctx
// ends before that.
func (all *readers) waitUntil(ctx context.Context, ok func() bool) bool {
	for {
		all.mu.Lock()
		done := ok()
		all.mu.Unlock()
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

// leave takes the reader out, with all that was held for it.
func (r *reader) leave() {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	r.forget()
}

func (r *reader) forget() {
	if r.group.all[r] {
		delete(r.group.all, r)
		r.group.held -= r.held
	}
}

// addHeld adds n bytes to those that wait for the reader; a negative n takes bytes away.
func (r *reader) addHeld(n int) {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	r.held += int64(n)
	if r.group.all[r] { // one that was cut off counts no more
		r.group.held += int64(n)
	}
}

// cutSlowest cuts off the reader that has let a write wait longest, and reports whether there is one that
// is slow.
func (all *readers) cutSlowest() bool {
	var slowest *reader
	for r := range all.all {
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
	all.metrics.cutOff.Inc()
	return true
}

// errCutOff is what a write to a reader fails with that was cut off.
var errCutOff = errors.New("the reader was too slow and is cut off")

// begin notes that a write to the reader begins; it fails where the reader has been cut off.
func (r *reader) begin() error {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	if r.cut {
		return errCutOff
	}
	r.waiting = time.Now()
	return nil
}

func (r *reader) end() {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	r.waiting = time.Time{}
}

// deadline sets when a write to the reader ends, unless it has been cut off.
func (r *reader) deadline(at time.Time, set func(time.Time) error) error {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	if r.cut {
		return errCutOff
	}
	return set(at)
}

// readerWriter tells its reader's account what is written.
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

// Unwrap gives the wrapped writer, for http.ResponseController.
func (w readerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type readerKey struct{}

// readerOf is whoever a request's answer goes to.
func readerOf(ctx context.Context) *reader { return ctx.Value(readerKey{}).(*reader) }

// accounted counts each request among the readers of its path before it answers it. Calls that compute
// panels are counted apart from the page's own files, so that slow queries do not keep the page from being
// sent. Health checks and metrics are not counted.
func (s *Server) accounted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account := s.readersOfPath(strings.TrimPrefix(r.URL.Path, s.cfg.BasePath))
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
		defer answering(r.Context())()
		_ = control.SetWriteDeadline(time.Now().Add(answerLimit)) // it may have waited for long
		next.ServeHTTP(readerWriter{w, reader}, r.WithContext(context.WithValue(r.Context(), readerKey{}, reader)))
	})
}

// readersOfPath returns the readers among which a request for a path counts. It returns nil for calls that
// cost nothing and must always be answered.
func (s *Server) readersOfPath(path string) *readers {
	switch {
	case path == "/livez", path == "/readyz", path == "/api/health", path == "/metrics":
		return nil
	case strings.HasPrefix(path, "/api/dashboards/uid/"):
		return s.panelReaders
	}
	return s.pageReaders
}

// bodyLimit is how long the rest of a request's body is waited for.
const bodyLimit = 2 * time.Second

// withoutBody bounds how long the server waits for a request's body, which no call needs. The time is long
// enough for the sender to receive the answer.
func withoutBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			w.Header().Set("Connection", "close")
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyLimit)) // a recorder in a test has none
		}
		next.ServeHTTP(w, r)
	})
}
