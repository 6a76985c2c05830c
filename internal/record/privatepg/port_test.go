//go:build linux || darwin

package privatepg

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"macrowatch/internal/testkit/testport"

	"github.com/jackc/pgx/v5/pgproto3"
)

// withPort is the configuration of an instance with a TCP port.
func withPort(dir string, port int) Config {
	cfg := testConfig(dir)
	cfg.Instance, cfg.Port = &InstanceInfo{Command: "macrowatch demo"}, port
	return cfg
}

// tcpURL looks up the URL of a server's TCP port.
func tcpURL(t *testing.T, dir string) (string, error) {
	t.Helper()
	found, err := Lookup(dir)
	if err != nil {
		t.Fatal(err)
	}
	return found.URL(Reader, URLForm{TCP: true})
}

func TestThePortIsOpenedOnlyOnRequest(t *testing.T) {
	t.Parallel()
	dir, port := newDir(t), testport.Free(t)
	s := open(t, withPort(dir, port))
	url, err := tcpURL(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(url, fmt.Sprintf("@127.0.0.1:%d/", port)) || !strings.Contains(url, "require_auth=scram-sha-256") {
		t.Errorf("the URL is %s", url)
	}
	if got := query(t, url, "select concat_ws(' ', current_user, inet_server_addr(), inet_server_port())"); got != fmt.Sprintf("macrowatch_reader 127.0.0.1 %d", port) {
		t.Errorf("the server is %q", got)
	}
	query(t, s.OwnerURL(), "select 'the socket answers under its usual name'")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, testConfig(dir))
	if again.OwnerURL() != s.OwnerURL() {
		t.Errorf("the URL was %s and is %s", s.OwnerURL(), again.OwnerURL())
	}
	if url, err := tcpURL(t, dir); err != ErrNoPort {
		t.Errorf("it has the port still: %s, %v", url, err)
	}
	if err := checkPort(port); err != nil {
		t.Error(err)
	}
}

func TestPortThatIsTakenIsRefused(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	thief, port := listenAsThief(t)
	defer thief.close()
	refused(t, withPort(dir, port), "port "+strconv.Itoa(port), "in use by another program", "--postgres-port")
	s := open(t, testConfig(dir)) // a process that only joins needs no port
	refused(t, withPort(dir, testport.Free(t)), "runs already, without port", "--postgres-port")
	query(t, s.OwnerURL(), "select 'up'")
}

// If another process starts the server again, the server still has the port of the instance.
func TestPortComesBackWithAServerThatAnotherProcessStarts(t *testing.T) {
	t.Parallel()
	dir, port := newDir(t), testport.Free(t)
	s := open(t, withPort(dir, port))
	old := serverPID(dir)
	signalTo(t, parentOf(t, old), syscall.SIGKILL)
	eventually(t, patience, "another server answers on the port", func() bool {
		if serverPID(dir) == old {
			return false
		}
		url, err := tcpURL(t, dir)
		if err != nil {
			return false
		}
		_, err = tryQuery(t.Context(), url, "select 'up'")
		return err == nil
	})
	if got := wantedPort(testConfig(dir), s.l); got != port {
		t.Errorf("a process that joins would start it with port %d, want %d", got, port)
	}
}

func TestThiefOfThePortGetsNoPassword(t *testing.T) {
	t.Parallel()
	dir, port := newDir(t), testport.Free(t)
	s := open(t, withPort(dir, port))
	url, err := tcpURL(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, ask := range map[string]pgproto3.BackendMessage{
		"the password itself": &pgproto3.AuthenticationCleartextPassword{},
		"its MD5":             &pgproto3.AuthenticationMD5Password{Salt: [4]byte{1, 2, 3, 4}},
		"nothing":             &pgproto3.AuthenticationOk{},
		"GSS":                 &pgproto3.AuthenticationGSS{},
	} {
		t.Run("asked for "+name, func(t *testing.T) {
			thief := &thief{ask: ask}
			if thief.listener, err = net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err != nil {
				t.Fatal(err)
			}
			said := make(chan string, 1)
			go func() { said <- thief.serveOne() }()
			if _, err := tryQuery(t.Context(), url, "select 'in'"); err == nil {
				t.Error("the client takes the thief for the server")
			}
			if got := <-said; got != "" {
				t.Errorf("the client says %q", got)
			}
			thief.close()
		})
	}
}

// thief is a program that listens on the server's port in its place.
type thief struct {
	listener net.Listener
	ask      pgproto3.BackendMessage
}

func listenAsThief(t *testing.T) (*thief, int) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return &thief{listener: listener}, listener.Addr().(*net.TCPAddr).Port
}

func (t *thief) close() { _ = t.listener.Close() }

// serveOne asks one client for its password. It returns the client's answer, or "" if the client hangs up.
func (t *thief) serveOne() string {
	conn, err := t.listener.Accept()
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	backend := pgproto3.NewBackend(conn, conn)
	if _, err := backend.ReceiveStartupMessage(); err != nil {
		return err.Error()
	}
	backend.Send(t.ask)
	if err := backend.Flush(); err != nil {
		return err.Error()
	}
	if err := backend.SetAuthType(authType(t.ask)); err != nil {
		return err.Error()
	}
	message, err := backend.Receive()
	if err != nil { // the client has hung up
		return ""
	}
	return fmt.Sprintf("%+v", message)
}

func authType(ask pgproto3.BackendMessage) uint32 {
	switch ask.(type) {
	case *pgproto3.AuthenticationCleartextPassword:
		return pgproto3.AuthTypeCleartextPassword
	case *pgproto3.AuthenticationMD5Password:
		return pgproto3.AuthTypeMD5Password
	case *pgproto3.AuthenticationGSS:
		return pgproto3.AuthTypeGSS
	}
	return pgproto3.AuthTypeOk
}
