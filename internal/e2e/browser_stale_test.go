package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// front is a proxy before a service that spoils some of its answers.
type front struct {
	*httptest.Server
	misbehaves atomic.Pointer[misbehaviour]
}

// misbehaviour answers a request instead of the service, and returns whether it did. body is the service's own
// answer.
type misbehaviour func(w http.ResponseWriter, r *http.Request, body func() []byte) bool

func newFront(t testing.TB, s *service) *front {
	t.Helper()
	behind, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	f := &front{}
	proxy := httputil.NewSingleHostReverseProxy(behind)
	proxy.FlushInterval = -1
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		spoil := f.misbehaves.Load()
		body := func() []byte {
			resp, err := http.Get(strings.TrimSuffix(s.url, "/") + r.URL.RequestURI())
			if err != nil {
				return nil
			}
			defer resp.Body.Close()
			text, _ := io.ReadAll(resp.Body)
			return text
		}
		if spoil == nil || !(*spoil)(w, r, body) {
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(func() { f.CloseClientConnections(); f.Close() })
	return f
}

// onPanels spoils the answers to calls for all panels.
func onPanels(spoil func(w http.ResponseWriter, r *http.Request, body []byte)) misbehaviour {
	return func(w http.ResponseWriter, r *http.Request, body func() []byte) bool {
		if !strings.HasSuffix(r.URL.Path, "/panels") {
			return false
		}
		spoil(w, r, body())
		return true
	}
}

// hang keeps an answer until the reader goes away.
func hang(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// lines returns the first n lines of an answer.
func lines(body []byte, n int) []byte {
	return []byte(strings.Join(strings.SplitAfterN(string(body), "\n", n+1)[:n], ""))
}

// TestThePageGoesOnWhateverBecomesOfItsRequests spoils the answers for a while. The page must say so and since
// when, keep its figures, and recover by itself.
func TestThePageGoesOnWhateverBecomesOfItsRequests(t *testing.T) {
	t.Parallel()
	s := serveRuns(t, importRuns(t))
	for name, spoil := range map[string]misbehaviour{
		"a server that is silent": func(_ http.ResponseWriter, r *http.Request, _ func() []byte) bool {
			<-r.Context().Done()
			return true
		},
		"an answer that stops between panels": onPanels(func(w http.ResponseWriter, r *http.Request, body []byte) {
			_, _ = w.Write(lines(body, 2))
			hang(w, r)
		}),
		"an answer that stops within a panel": onPanels(func(w http.ResponseWriter, r *http.Request, body []byte) {
			_, _ = w.Write(body[:len(body)/2])
			hang(w, r)
		}),
		"an answer that is cut off within a panel": onPanels(func(w http.ResponseWriter, _ *http.Request, body []byte) {
			_, _ = w.Write(body[:len(body)/2])
		}),
		"an answer that is cut off between panels": onPanels(func(w http.ResponseWriter, _ *http.Request, body []byte) {
			_, _ = w.Write(lines(body, 3))
		}),
		"an empty answer": onPanels(func(http.ResponseWriter, *http.Request, []byte) {}),
		"a proxy's own page": onPanels(func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			_, _ = io.WriteString(w, "<html><title>Sign in</title>\n<p>Sign in</p></html>\n")
		}),
		"a gateway's error": onPanels(func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			http.Error(w, "<html>bad gateway</html>", http.StatusBadGateway)
		}),
		"a server error": onPanels(func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			http.Error(w, `{"message":"internal error"}`, http.StatusInternalServerError)
		}),
		"a connection that breaks": onPanels(func(w http.ResponseWriter, _ *http.Request, body []byte) {
			_, _ = w.Write(body[:len(body)/3])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFront(t, s)
			p := startChromium(t).tab(t, screen{})
			for _, text := range []string{"net::ERR_", "502", "500"} {
				p.provoke(text)
			}
			p.open(f.URL + "/?refresh=2s")
			p.allDrawn()
			before := p.text(css("main .sections"))
			f.misbehaves.Store(&spoil)
			p.until("a banner", css(fault)+".checkVisibility()")
			if said := p.text(css(fault)); !strings.Contains(said, ", since ") || !strings.Contains(said, "The figures are from") {
				t.Errorf("the banner says %q", said)
			}
			if now := p.text(css("main .sections")); now != before {
				t.Errorf("the figures were\n%s\nand are\n%s", before, now)
			}
			f.misbehaves.Store(nil)
			p.until("no banner", "!"+css(fault)+".checkVisibility()")
			p.allDrawn()
			loads := p.asks()
			eventually(t, "refreshes go on", func() (bool, string) { return p.asks() > loads+1, fmt.Sprint(p.asks()) })
		})
	}
}

// If one panel can't be drawn, the others are drawn and the page keeps refreshing.
func TestAPanelThatCannotBeDrawnLeavesTheOthers(t *testing.T) {
	t.Parallel()
	s := serveRuns(t, importRuns(t))
	for name, broken := range map[string]string{
		"a view without what it is to show": `"view":{"kind":"stat","stat":{}}`,
		"a table without rows":              `"view":{"kind":"table","table":{}}`,
		"a chart of nothing":                `"view":{"kind":"timeseries","timeseries":{"series":3}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFront(t, s)
			spoil := onPanels(func(w http.ResponseWriter, _ *http.Request, body []byte) {
				for line := range strings.Lines(string(body)) {
					if strings.HasPrefix(line, `{"id":2,`) {
						before, _, _ := strings.Cut(line, `"view":`)
						line = before + broken + "}\n"
					}
					_, _ = io.WriteString(w, line)
				}
			})
			f.misbehaves.Store(&spoil)
			p := startChromium(t).tab(t, screen{})
			p.open(f.URL + "/?refresh=2s")
			loads := p.asks()
			p.until("the panel's own trouble", panel(2)+`.dataset.state === "error"`)
			p.until("another panel", panel(3)+`.dataset.state === "ready"`)
			eventually(t, "refreshes go on", func() (bool, string) { return p.asks() > loads+1, fmt.Sprint(p.asks()) })
			f.misbehaves.Store(nil)
			p.until("the panel to be drawn", panel(2)+`.dataset.state === "ready"`)
		})
	}
}

// The page loads at once what is due after the computer slept, after the clock was put forward, and when its
// tab comes back.
func TestThePageCatchesUp(t *testing.T) {
	t.Parallel()
	s := serveRuns(t, importRuns(t))
	for name, c := range map[string]struct{ away, back string }{
		// While a computer sleeps, its clock runs and its timers do not.
		"a computer that slept": {"", "(() => { const now = Date.now; Date.now = () => now() + 8 * 3600e3; return true; })()"},
		"a tab that was hidden": {
			"(() => { Object.defineProperty(document, 'hidden', {configurable: true, get: () => true}); document.dispatchEvent(new Event('visibilitychange')); return true; })()",
			"(() => { const now = Date.now; Date.now = () => now() + 2 * 3600e3; delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); return true; })()",
		},
		"a page that comes from the browser's cache": {
			"(() => { Object.defineProperty(document, 'hidden', {configurable: true, get: () => true}); return true; })()",
			"(() => { const now = Date.now; Date.now = () => now() + 2 * 3600e3; delete document.hidden; dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})); return true; })()",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startChromium(t).tab(t, screen{})
			p.open(s.url + "/?refresh=1h")
			p.allDrawn()
			if c.away != "" {
				eval[bool](p, c.away)
			}
			p.after(func() { eval[bool](p, c.back) })
			p.allDrawn()
		})
	}
}
