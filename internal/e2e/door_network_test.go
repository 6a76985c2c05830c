package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"macrowatch/internal/testkit/pgtest"
)

// cable returns the addresses of this machine and of another one, which is a network namespace, on the network between
// them. They are in the range for network tests (RFC 2544). Each test process has its own, because several may run at
// once: the range has four addresses for each of 32,768 process ids.
func cable() (ourEnd, theirEnd string) {
	first := 4 * (os.Getpid() % 32768)
	end := func(n int) string { return fmt.Sprintf("198.%d.%d.%d", 18+n>>16, n>>8&255, n&255) }
	return end(first + 1), end(first + 2)
}

// otherMachine makes another machine, on a network with this one alone, and gives its name.
func otherMachine(t *testing.T, ourEnd, theirEnd string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may make the network namespace that stands for another machine")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("there is no ip command (scripts/install-test-tools.sh installs it)")
	}
	name := fmt.Sprintf("mw-%d", os.Getpid())
	ip := func(args ...string) error {
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
		}
		return nil
	}
	if err := ip("netns", "add", name); err != nil {
		t.Skipf("this machine has no network namespaces: %v", err)
	}
	t.Cleanup(func() {
		if err := ip("netns", "del", name); err != nil {
			t.Error(err)
		}
	})
	for _, command := range []string{
		"link add " + name + "a type veth peer name " + name + "b netns " + name,
		"addr add " + ourEnd + "/30 dev " + name + "a",
		"link set " + name + "a up",
		"-n " + name + " addr add " + theirEnd + "/30 dev " + name + "b",
		"-n " + name + " link set " + name + "b up",
	} {
		if err := ip(strings.Fields(command)...); err != nil {
			t.Fatal(err)
		}
	}
	return name
}

// askFrom sends a request from the other machine, with a Host header.
func askFrom(t *testing.T, machine, address, path, host string) (status int, body string, failure error) {
	t.Helper()
	conn, err := dialFrom(machine, address)
	if err != nil {
		return 0, "", err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, host); err != nil {
		return 0, "", err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// dialFrom connects from the other machine. The connection stays in that machine's network.
func dialFrom(machine, address string) (conn net.Conn, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		// This puts the thread into the other machine's network. Go ends the thread with its goroutine, because the
		// goroutine does not unlock it.
		runtime.LockOSThread()
		var there *os.File
		if there, err = os.Open(filepath.Join("/var/run/netns", machine)); err != nil {
			return
		}
		defer there.Close()
		if err = unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
			return
		}
		conn, err = net.DialTimeout("tcp", address, patience)
	}()
	<-done
	return conn, err
}

func TestTheNetworkSeesTheBookOnlyIfAsked(t *testing.T) {
	t.Parallel()
	ourEnd, theirEnd := cable()
	machine := otherMachine(t, ourEnd, theirEnd)
	db := pgtest.MigratedURL(t)

	for _, host := range []string{"0.0.0.0", "", "[::]", ourEnd, "[::ffff:" + ourEnd + "]"} {
		t.Run("listen at "+host, func(t *testing.T) {
			port := freePort(t)
			c := exec.Command(program(t), "serve", "--open=false", "--listen", host+":"+port, "--database-url", db)
			c.Env = ownEnv(t)
			s, err := launch(c)
			if err == nil {
				status, body, failure := askFrom(t, machine, ourEnd+":"+port, "/metrics", ourEnd+":"+port)
				t.Errorf("serve --listen %s:%s started; another machine reads: %d %.60q %v", host, port, status, body, failure)
				s.stop(t)
				return
			}
			if code := c.ProcessState.ExitCode(); code != 2 || !strings.Contains(err.Error(), "--insecure-no-login") || !strings.Contains(err.Error(), "no login") {
				t.Errorf("serve --listen %s:%s ended with %d: %v", host, port, code, err)
			}
			if _, _, failure := askFrom(t, machine, ourEnd+":"+port, "/", ourEnd); !errors.Is(failure, unix.ECONNREFUSED) {
				t.Errorf("after that another machine gets %v", failure)
			}
		})
	}

	loopback := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", db)
	if _, _, failure := askFrom(t, machine, ourEnd+":"+portOf(t, loopback), "/", ourEnd); !errors.Is(failure, unix.ECONNREFUSED) {
		t.Errorf("on a loopback address another machine gets %v", failure)
	}

	open := start(t, nil, "serve", "--open=false", "--listen", "0.0.0.0:0", "--database-url", db, "--insecure-no-login")
	if said := open.log.String(); !strings.Contains(said, "no login: everybody who reaches 0.0.0.0:"+portOf(t, open)+" sees the book") {
		t.Errorf("serve --insecure-no-login says on standard error: %q", said)
	}
	at := ourEnd + ":" + portOf(t, open)
	for host, want := range map[string]int{at: 200, ourEnd: 200, "evil.example": 421, theirEnd: 421} {
		for _, path := range []string{"/metrics", "/readyz", "/api/search", "/"} {
			if status, body, failure := askFrom(t, machine, at, path, host); status != want || failure != nil {
				t.Errorf("from another machine %s for %s: %d %.100q %v, want %d", path, host, status, body, failure, want)
			}
		}
	}
	chrome := startChromium(t)
	for _, address := range []string{"http://" + at + "/", open.url} {
		p := chrome.tab(t, screen{})
		p.visit(address)
		p.mustSayInRed(openDoor)
	}
}
