package e2e

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// door is a TCP proxy in front of a server. When it is closed it breaks every connection and accepts none. When it is
// silent it accepts connections and passes nothing on.
type door struct {
	listener net.Listener
	dial     func() (net.Conn, error)
	mu       sync.Mutex
	changed  *sync.Cond
	closed   bool
	silent   bool
	cutAfter int // break the connections after so many bytes to the server; 0: never
	open     map[net.Conn]bool
}

func newDoor(t testing.TB, dial func() (net.Conn, error)) *door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{listener: l, dial: dial, open: map[net.Conn]bool{}}
	d.changed = sync.NewCond(&d.mu)
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

// doorToDatabase puts a door before a database, and returns the database's URL behind the door.
func doorToDatabase(t testing.TB, address string) (d *door, through string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	d = newDoor(t, func() (net.Conn, error) {
		if strings.HasPrefix(cfg.Host, "/") {
			return net.Dial("unix", fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port))
		}
		return net.Dial("tcp", net.JoinHostPort(cfg.Host, strconv.Itoa(int(cfg.Port))))
	})
	behind := url.URL{
		Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: d.listener.Addr().String(),
		Path: "/" + cfg.Database, RawQuery: "sslmode=disable",
	}
	return d, behind.String()
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
	go func() { d.copy(server, c, true); _ = server.Close() }()
	d.copy(c, server, false)
	d.mu.Lock()
	delete(d.open, c)
	delete(d.open, server)
	d.mu.Unlock()
}

// copy passes bytes on until the connection ends.
func (d *door) copy(to, from net.Conn, toServer bool) {
	some := make([]byte, 32<<10)
	for {
		n, err := from.Read(some)
		if n > 0 && d.lets(n, toServer) {
			_, err = to.Write(some[:n])
		}
		if err != nil {
			return
		}
	}
}

// lets waits while the door is silent. It returns false, and breaks every connection, when so many bytes have passed as
// cutAfter allows.
func (d *door) lets(n int, toServer bool) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.silent && !d.closed {
		d.changed.Wait()
	}
	if !toServer || d.cutAfter == 0 {
		return true
	}
	if d.cutAfter -= n; d.cutAfter > 0 {
		return true
	}
	d.cutAfter = 0
	d.breakAll()
	return false
}

// set opens or closes the door.
func (d *door) set(closed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = closed
	if closed {
		d.breakAll()
	}
	d.changed.Broadcast()
}

// setSilent makes the door pass nothing on, or pass on again.
func (d *door) setSilent(silent bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.silent = silent
	d.changed.Broadcast()
}

// cut makes the door break every connection once, after so many more bytes to the server.
func (d *door) cut(after int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cutAfter = after
}

// breakAll breaks every connection. The caller holds mu.
func (d *door) breakAll() {
	for c := range d.open {
		_ = c.Close()
	}
}
