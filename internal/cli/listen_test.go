package cli

import (
	"errors"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"macrowatch/internal/testkit/testport"
)

// ownAddress returns an address of this machine that is not a loopback address.
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
		t.Run("refuse "+address, func(t *testing.T) {
			t.Parallel()
			l, err := listen("listen", address, false)
			if err == nil {
				_ = l.Close()
				t.Fatal("it is listened on")
			}
			var usage usageError
			if !errors.As(err, &usage) {
				t.Errorf("%v is no usage error", err)
			}
			for _, word := range []string{address, "no login", "--insecure-no-login", "127.0.0.1:"} {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%v does not say %s", err, word)
				}
			}
		})
	}
	for _, address := range []string{"127.0.0.1:0", "localhost:0", "127.8.9.10:0", "[::ffff:127.0.0.1]:0"} {
		t.Run("allow "+address, func(t *testing.T) {
			t.Parallel()
			l, err := listen("listen", address, false)
			if err != nil {
				t.Fatal(err)
			}
			if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
				t.Errorf("it listens on %s", ip)
			}
			_ = l.Close()
		})
	}
	for _, address := range []string{"0.0.0.0:0", ":0", own + ":0"} {
		t.Run("allow "+address+" with --insecure-no-login", func(t *testing.T) {
			t.Parallel()
			l, err := listen("listen", address, true)
			if err != nil {
				t.Fatal(err)
			}
			_ = l.Close()
		})
	}
}

// A host name is looked up once. The address that it means is checked, and that same address is listened on.
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
	l, err := listen("listen", net.JoinHostPort(name, "0"), false)
	if err == nil {
		_ = l.Close()
	}
	if refused := err != nil; refused == resolved.IP.IsLoopback() {
		t.Errorf("%s is %s: %v", name, resolved.IP, err)
	}
}

func TestDoorFlags(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flags  doorFlags
		listen string
		door   string
		hosts  string
	}{
		"a loopback address":           {doorFlags{}, "127.0.0.1:3002", "", "127.0.0.1"},
		"a name":                       {doorFlags{}, "desk.lan:3002", "", "desk.lan"},
		"every address":                {doorFlags{insecureNoLogin: true}, "0.0.0.0:3003", "open", "0.0.0.0"},
		"no host":                      {doorFlags{insecureNoLogin: true}, ":3003", "open", ""},
		"other hosts":                  {doorFlags{insecureNoLogin: true, allowedHosts: []string{"a", "b:1"}}, "[::]:3003", "open", "a b:1 ::"},
		"published on loopback":        {doorFlags{insecureNoLogin: true, publishedOn: "127.0.0.1"}, "0.0.0.0:3003", "published", "0.0.0.0 127.0.0.1"},
		"published on IPv6's loopback": {doorFlags{insecureNoLogin: true, publishedOn: "[::1]"}, "0.0.0.0:3003", "published", "0.0.0.0 ::1"},
		"published on a mapped one":    {doorFlags{insecureNoLogin: true, publishedOn: "::ffff:127.0.0.1"}, "0.0.0.0:3003", "published", "0.0.0.0 127.0.0.1"},
		"published on every address":   {doorFlags{insecureNoLogin: true, publishedOn: "0.0.0.0"}, "0.0.0.0:3003", "open", "0.0.0.0"},
		"published on all of IPv6":     {doorFlags{insecureNoLogin: true, publishedOn: "::"}, "0.0.0.0:3003", "open", "0.0.0.0"},
		"published to a network":       {doorFlags{insecureNoLogin: true, publishedOn: "192.168.1.5"}, "0.0.0.0:3003", "open", "0.0.0.0 192.168.1.5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := c.flags.check(); err != nil {
				t.Error(err)
			}
			if got := string(c.flags.door()); got != c.door {
				t.Errorf("the door is %q, want %q", got, c.door)
			}
			if got := strings.Join(c.flags.hosts(c.listen), " "); got != c.hosts {
				t.Errorf("the viewer answers to %q, want %q", got, c.hosts)
			}
		})
	}
	for name, f := range map[string]doorFlags{
		"published on a name":        {publishedOn: "localhost"},
		"published on a port":        {publishedOn: "127.0.0.1:3003"},
		"an allowed host with a URL": {allowedHosts: []string{"desk", "http://desk"}},
		"a wildcard":                 {allowedHosts: []string{"*"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var usage usageError
			if err := f.check(); !errors.As(err, &usage) {
				t.Errorf("%v is no usage error", err)
			}
		})
	}
}

// Half of the ports are meant for something else. Without listenApart the system would choose one of them sooner or later.
func TestAPortOfTheSystemsChoiceIsNotOneThatIsMeantForSomethingElse(t *testing.T) {
	t.Parallel()
	var meant []int
	for port := 0; port < 65536; port += 4 {
		meant = append(meant, port, port+1)
	}
	for range 50 {
		l, err := listenApart("listen", "127.0.0.1:0", false, meant...)
		if err != nil {
			t.Fatal(err)
		}
		if port := l.Addr().(*net.TCPAddr).Port; slices.Contains(meant, port) {
			t.Errorf("it chose port %d", port)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAPortThatIsAskedForByItsNumberIsTaken(t *testing.T) {
	t.Parallel()
	port := testport.Free(t)
	l, err := listenApart("listen", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), false, port)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}
