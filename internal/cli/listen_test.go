package cli

import (
	"errors"
	"net"
	"os"
	"strings"
	"testing"
)

// ownAddress is an address of this machine that is not a loopback one.
func ownAddress(t *testing.T) net.IP {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && n.IP.To4() != nil {
			return n.IP
		}
	}
	t.Skip("this machine has loopback addresses only")
	return nil
}

func TestOnlyLoopbackIsListenedOnUnasked(t *testing.T) {
	t.Parallel()
	own := ownAddress(t).String()
	for _, address := range []string{
		"0.0.0.0:0", ":0", "[::]:0", "[::ffff:0.0.0.0]:0", "[0:0:0:0:0:0:0:0]:0", own + ":0", "[::ffff:" + own + "]:0", "192.0.2.1:3002", "[2001:db8::1]:3002", "0.0.0.0:http",
	} {
		l, err := listen(address, false)
		if err == nil {
			_ = l.Close()
			t.Errorf("%s is listened on", address)
			continue
		}
		var usage usageError
		if !errors.As(err, &usage) {
			t.Errorf("%s: %v is no usage error", address, err)
		}
		for _, word := range []string{address, "no login", "--insecure-no-login", "127.0.0.1:"} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %v does not say %s", address, err, word)
			}
		}
	}
	for _, address := range []string{"127.0.0.1:0", "localhost:0", "127.8.9.10:0", "[::ffff:127.0.0.1]:0"} {
		l, err := listen(address, false)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
			t.Errorf("%s listens on %s", address, ip)
		}
		_ = l.Close()
	}
	for _, address := range []string{"0.0.0.0:0", ":0", own + ":0"} {
		l, err := listen(address, true)
		if err != nil {
			t.Errorf("%s with --insecure-no-login: %v", address, err)
			continue
		}
		_ = l.Close()
	}
}

// What a name means is looked up once, and that is judged and listened on.
func TestANameIsJudgedByItsAddress(t *testing.T) {
	t.Parallel()
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	resolved, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(name, "0"))
	if err != nil {
		t.Skipf("this machine's name has no address: %v", err)
	}
	l, err := listen(net.JoinHostPort(name, "0"), false)
	if err == nil {
		_ = l.Close()
	}
	if refused := err != nil; refused == resolved.IP.IsLoopback() {
		t.Errorf("%s is %s: %v", name, resolved.IP, err)
	}
}

func TestDoorFlags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		flags  doorFlags
		listen string
		door   string
		hosts  string
	}{
		{doorFlags{}, "127.0.0.1:3002", "", "127.0.0.1"},
		{doorFlags{}, "desk.lan:3002", "", "desk.lan"},
		{doorFlags{insecureNoLogin: true}, "0.0.0.0:3003", "open", "0.0.0.0"},
		{doorFlags{insecureNoLogin: true}, ":3003", "open", ""},
		{doorFlags{insecureNoLogin: true, allowedHosts: []string{"a", "b:1"}}, "[::]:3003", "open", "a b:1 ::"},
		{doorFlags{insecureNoLogin: true, publishedOn: "127.0.0.1"}, "0.0.0.0:3003", "published", "0.0.0.0 127.0.0.1"},
		{doorFlags{insecureNoLogin: true, publishedOn: "[::1]"}, "0.0.0.0:3003", "published", "0.0.0.0 ::1"},
		{doorFlags{insecureNoLogin: true, publishedOn: "::ffff:127.0.0.1"}, "0.0.0.0:3003", "published", "0.0.0.0 127.0.0.1"},
		{doorFlags{insecureNoLogin: true, publishedOn: "0.0.0.0"}, "0.0.0.0:3003", "open", "0.0.0.0"},
		{doorFlags{insecureNoLogin: true, publishedOn: "::"}, "0.0.0.0:3003", "open", "0.0.0.0"},
		{doorFlags{insecureNoLogin: true, publishedOn: "192.168.1.5"}, "0.0.0.0:3003", "open", "0.0.0.0 192.168.1.5"},
	} {
		if err := c.flags.check(); err != nil {
			t.Errorf("%+v: %v", c.flags, err)
		}
		if got := string(c.flags.door()); got != c.door {
			t.Errorf("%+v: the door is %q, want %q", c.flags, got, c.door)
		}
		if got := strings.Join(c.flags.hosts(c.listen), " "); got != c.hosts {
			t.Errorf("%+v: answered are %q, want %q", c.flags, got, c.hosts)
		}
	}
	for _, f := range []doorFlags{{publishedOn: "localhost"}, {publishedOn: "127.0.0.1:3003"}, {allowedHosts: []string{"desk", "http://desk"}}, {allowedHosts: []string{"*"}}} {
		var usage usageError
		if err := f.check(); !errors.As(err, &usage) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}
