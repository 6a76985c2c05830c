package e2e

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// door is a TCP proxy in front of a server. When it is closed it breaks every connection and accepts none.
type door struct {
	listener net.Listener
	dial     func() (net.Conn, error)
	mu       sync.Mutex
	closed   bool
	open     map[net.Conn]bool
}

func newDoor(t testing.TB, dial func() (net.Conn, error)) *door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{listener: l, dial: dial, open: map[net.Conn]bool{}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go d.pass(c)
		}
	}()
	t.Cleanup(func() { _ = l.Close(); d.set(true) })
	return d
}

func (d *door) pass(c net.Conn) {
	defer c.Close()
	server, err := d.dial()
	if err != nil {
		return
	}
	defer server.Close()
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return
	}
	d.open[c], d.open[server] = true, true
	d.mu.Unlock()
	go func() { _, _ = io.Copy(server, c); _ = server.Close() }()
	_, _ = io.Copy(c, server)
	d.mu.Lock()
	delete(d.open, c)
	delete(d.open, server)
	d.mu.Unlock()
}

// set opens or closes the door.
func (d *door) set(closed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = closed
	if !closed {
		return
	}
	for c := range d.open {
		_ = c.Close()
	}
}

const fault = "[role=alert].fault"

// serverAway puts the door between the browser and the program.
func serverAway(t *testing.T, chrome *chromium, address string) {
	s := serveRuns(t, address)
	behind, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	d := newDoor(t, func() (net.Conn, error) { return net.Dial("tcp", behind.Host) })
	p := chrome.tab(t, screen{})
	p.open("http://" + d.listener.Addr().String() + "/")
	p.allDrawn()
	before := p.text(css("main .sections"))
	d.set(true)
	p.provoke("net::ERR_")
	p.click(css("[data-testid=refresh]"))
	p.until("a banner", css(fault)+".checkVisibility()")
	p.keptAndRecovers(before, "does not answer", func() { d.set(false) })
}

// databaseAway puts the door between the program and its database.
func databaseAway(t *testing.T, chrome *chromium, address string) {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	d := newDoor(t, func() (net.Conn, error) {
		if strings.HasPrefix(cfg.Host, "/") {
			return net.Dial("unix", fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port))
		}
		return net.Dial("tcp", net.JoinHostPort(cfg.Host, strconv.Itoa(int(cfg.Port))))
	})
	through := url.URL{
		Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: d.listener.Addr().String(),
		Path: "/" + cfg.Database, RawQuery: "sslmode=disable",
	}
	s := serveRuns(t, through.String())
	p := chrome.tab(t, screen{})
	p.open(s.url)
	p.allDrawn()
	before := p.text(css("main .sections"))
	d.set(true)
	p.provoke("503")
	p.click(css("[data-testid=refresh]"))
	p.until("a banner", css(fault)+".checkVisibility()")
	if status, body := get(t, strings.TrimRight(s.url, "/")+"/api/health"); status != 503 || !strings.Contains(body, "failing") {
		t.Errorf("health: %d %s", status, body)
	}
	if status, _ := get(t, strings.TrimRight(s.url, "/")+"/livez"); status != 200 {
		t.Errorf("livez: %d", status)
	}
	p.keptAndRecovers(before, "database", func() { d.set(false) })
}

// keptAndRecovers checks that the page keeps its figures while something is wrong, says what is wrong and
// that the figures are old, and recovers by itself once the cause is gone.
func (p *tab) keptAndRecovers(before, word string, recover func()) {
	p.t.Helper()
	said := p.text(css(fault))
	if !strings.Contains(said, word) || !strings.Contains(said, "The figures are from") {
		p.t.Errorf("the banner says %q, want %q and how old the figures are", said, word)
	}
	if strings.Contains(said, "SQLSTATE") || strings.Contains(said, "dial") {
		p.t.Errorf("the banner says %q", said)
	}
	if now := p.text(css("main .sections")); now != before {
		p.t.Errorf("the figures were\n%s\nand are\n%s", before, now)
	}
	recover()
	p.until("no banner", "!"+css(fault)+".checkVisibility()")
	p.until("panels", `document.body.dataset.ready`)
	p.allDrawn()
}
