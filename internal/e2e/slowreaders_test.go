//go:build linux

package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testenv"
)

// mostGrowth is how many bytes of memory the program may use more because of clients that misbehave.
const mostGrowth = 128 << 20

// resident returns how many bytes of memory a service has.
func resident(t testing.TB, s *service) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	var kilobytes int64
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return kilobytes << 10
}

// largest returns the path of an answer of more than a megabyte on the sample desk, far more than a connection holds for a reader that has stopped. Each n gives another path.
func largest(n int) string {
	return fmt.Sprintf("/api/dashboards/uid/pipeline-health/panels?from=now-%dd&to=now&width=1440", 500+n)
}

// client is a connection to a service that does not behave as a browser does.
type client struct{ net.Conn }

// dialService connects to a service, with a small buffer for what it sends.
func dialService(t testing.TB, s *service) *client {
	t.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.(*net.TCPConn).SetReadBuffer(4 << 10)
	return &client{c}
}

// say sends a part of a request. It does not matter if the service has closed the connection.
func (c *client) say(text string) { _, _ = c.Write([]byte(text)) }

// hears waits for the first byte of the answer, or for the end of the connection.
func (c *client) hears() {
	_ = c.SetReadDeadline(time.Now().Add(patience))
	_, _ = c.Read(make([]byte, 1))
}

func TestClientsThatMisbehaveCostLittle(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		clients int
		act     func(c *client, n int, script string)
	}{
		"readers that stop, plain": {400, func(c *client, n int, _ string) {
			c.say("GET " + largest(n%40) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
			c.hears()
		}},
		"readers that stop, compressed": {400, func(c *client, n int, _ string) {
			c.say("GET " + largest(n%40) + " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, zstd\r\n\r\n")
			c.hears()
		}},
		"readers of a script that stop": {400, func(c *client, _ int, script string) {
			c.say("GET " + script + " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n")
			c.hears()
		}},
		"connections that say nothing": {1000, func(*client, int, string) {}},
		"headers that do not end": {1000, func(c *client, _ int, _ string) {
			c.say("GET / HTTP/1.1\r\nHost: localhost\r\n")
			c.say("X-Long: " + strings.Repeat("x", 20<<10))
		}},
		"connections that are kept and idle": {1000, func(c *client, _ int, _ string) {
			c.say("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
			c.hears()
		}},
		"bodies that do not end": {1000, func(c *client, _ int, _ string) {
			c.say("POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nhalf")
		}},
		"chunks that do not end": {1000, func(c *client, _ int, _ string) {
			c.say("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
		}},
		"bodies that are never sent": {600, func(c *client, _ int, _ string) {
			c.say("PUT /api/health HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
		}},
	} {
		t.Run(name, func(t *testing.T) { misbehave(t, c.clients, c.act) })
	}
}

// misbehave lets many clients do something to a service at once. It watches the service's memory and health, and opens
// a page as an ordinary reader does.
func misbehave(t *testing.T, clients int, act func(c *client, n int, script string)) {
	_, dir := onceDesk(t)
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", databaseURL(t, dir), "--as-of", monday)
	_, index := get(t, s.url)
	_, rest, _ := strings.Cut(index, `src="assets/`)
	script, _, _ := strings.Cut(rest, `"`)
	// The memory for an ordinary reader does not count as growth, so one reads before the others come.
	if status, body := get(t, strings.TrimSuffix(s.url, "/")+largest(0)); status != http.StatusOK || len(body) < 1<<20 {
		t.Fatalf("%d, %d bytes", status, len(body))
	}
	before := resident(t, s)
	var all sync.WaitGroup
	for n := range clients {
		c := dialService(t, s)
		all.Go(func() { act(c, n, "/assets/"+script) })
	}
	most := before
	acted := make(chan struct{})
	go func() { all.Wait(); close(acted) }()
	for done := false; !done; {
		select {
		case <-acted:
			done = true
		case <-time.After(50 * time.Millisecond):
		}
		most = max(most, resident(t, s))
		healthy(t, s)
	}
	p := startChromium(t).tab(t, screen{})
	p.open(s.url)
	p.allDrawn()
	healthy(t, s)
	most = max(most, resident(t, s))
	t.Logf("%d MiB before, %d MiB at most", before>>20, most>>20)
	if growth := most - before; growth > mostGrowth {
		t.Errorf("the program has grown by %d MiB", growth>>20)
	}
}

func healthy(t *testing.T, s *service) {
	t.Helper()
	for _, path := range []string{"/livez", "/readyz"} {
		if status, body := get(t, strings.TrimSuffix(s.url, "/")+path); status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

// largeBody is a body of many bytes that takes no memory.
type largeBody struct{ left int64 }

func (b *largeBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), b.left)
	for i := range p[:n] {
		p[i] = ' '
	}
	b.left -= n
	return int(n), nil
}

// Bodies of a gigabyte are refused, and are not kept in memory on the way.
func TestLargeBodiesCostLittle(t *testing.T) {
	t.Parallel()
	database := pgtest.MigratedURL(t)
	s := start(t, []string{"DATABASE_URL=" + database}, "serve", "--listen", "127.0.0.1:0", "--open=false")
	token := madeToken(t, database, "all")
	if p := post(t, s, token, "/api/v1/signals", oneSignal); p.status != http.StatusOK {
		t.Fatalf("%d %s", p.status, p.body)
	}
	before := resident(t, s)
	size := int64(testenv.Scaled(64<<20, 1<<30))
	for name, c := range map[string]struct {
		path, token string
		length      int64 // -1 sends it in chunks
		status      int
	}{
		"with its length":        {"/api/v1/signals", token, size, http.StatusRequestEntityTooLarge},
		"in chunks":              {"/api/v1/prices", token, -1, http.StatusRequestEntityTooLarge},
		"without a token":        {"/api/v1/signals", "", size, http.StatusUnauthorized},
		"to a run's end":         {"/api/v1/pipeline-runs/x/finish", token, -1, http.StatusRequestEntityTooLarge},
		"to a call without one":  {"/api/search", "", size, http.StatusMethodNotAllowed},
		"to a page that is none": {"/d/none/none", "", -1, http.StatusMethodNotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, strings.TrimSuffix(s.url, "/")+c.path, &largeBody{size})
			if err != nil {
				t.Fatal(err)
			}
			req.ContentLength = c.length
			req.Header.Set("Content-Type", "application/json")
			if c.token != "" {
				req.Header.Set("Authorization", "Bearer "+c.token)
			}
			// The server may close the connection while the body still arrives. The client then may not see the answer.
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err == nil {
				_ = resp.Body.Close()
				if resp.StatusCode != c.status {
					t.Errorf("%d, want %d", resp.StatusCode, c.status)
				}
			}
			healthy(t, s)
			if growth := resident(t, s) - before; growth > mostGrowth {
				t.Errorf("the program has grown by %d MiB", growth>>20)
			}
		})
	}
	if p := post(t, s, token, "/api/v1/signals", oneSignal); p.status != http.StatusOK {
		t.Errorf("afterwards: %d %s", p.status, p.body)
	}
	if n := scalar[int](t, database, "SELECT count(*) FROM strategy_signals"); n != 1 {
		t.Errorf("%d signals", n)
	}
	t.Logf("%d MiB before, %d MiB afterwards, with bodies of %d MiB", before>>20, resident(t, s)>>20, size>>20)
}
