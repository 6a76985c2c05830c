package store_test

import (
	"crypto/tls"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"macrowatch/internal/record/store"
)

// askClear asks each client for its password in clear text. The returned function stops that, and returns the
// passwords that the clients sent, or "" if all clients hung up.
func askClear(t *testing.T, listener net.Listener) (said func() string) {
	t.Helper()
	t.Cleanup(func() { _ = listener.Close() })
	told := make(chan string, 1)
	go func() {
		all := ""
		for {
			conn, err := listener.Accept()
			if err != nil {
				told <- all
				return
			}
			all += passwordOf(conn)
			_ = conn.Close()
		}
	}()
	return func() string {
		_ = listener.Close()
		return <-told
	}
}

// passwordOf asks a client for its password and returns it, or "" if the client hangs up.
func passwordOf(conn net.Conn) string {
	backend := pgproto3.NewBackend(conn, conn)
	first, err := backend.ReceiveStartupMessage()
	if _, asks := first.(*pgproto3.SSLRequest); asks && err == nil {
		if _, err = conn.Write([]byte("N")); err == nil {
			_, err = backend.ReceiveStartupMessage()
		}
	}
	if err != nil {
		return ""
	}
	backend.Send(&pgproto3.AuthenticationCleartextPassword{})
	if backend.Flush() != nil || backend.SetAuthType(pgproto3.AuthTypeCleartextPassword) != nil {
		return ""
	}
	message, err := backend.Receive()
	if password, ok := message.(*pgproto3.PasswordMessage); ok && err == nil {
		return password.Password
	}
	return ""
}

func TestPasswordIsNotSentInClearText(t *testing.T) {
	t.Parallel()
	socketDir := t.TempDir()
	for name, c := range map[string]struct {
		network, address, query string
		sent                    string
		says                    string
	}{
		"without TLS":             {"tcp", "127.0.0.1:0", "sslmode=disable", "", "in clear text"},
		"TLS where there is some": {"tcp", "127.0.0.1:0", "sslmode=prefer", "", "in clear text"},
		"no word about TLS":       {"tcp", "127.0.0.1:0", "", "", "in clear text"},
		"a socket":                {"unix", filepath.Join(socketDir, ".s.PGSQL.5432"), "host=" + socketDir, "", "in clear text"},
		"SCRAM is required":       {"tcp", "127.0.0.1:0", "sslmode=disable&require_auth=scram-sha-256", "", "another program may have taken PostgreSQL's place"},
		"clear text is wanted":    {"tcp", "127.0.0.1:0", "sslmode=disable&require_auth=password", "hunter2", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen(c.network, c.address)
			if err != nil {
				t.Fatal(err)
			}
			said := askClear(t, listener)
			host := ""
			if c.network == "tcp" {
				host = listener.Addr().String()
			}
			_, err = store.Open(t.Context(), "postgres://u:hunter2@"+host+"/d?"+c.query, store.Options{})
			if got := said(); got != c.sent {
				t.Errorf("it was told %q, want %q", got, c.sent)
			}
			var sentence *store.Error
			if !errors.As(err, &sentence) || !strings.Contains(sentence.Sentence, c.says) || strings.Contains(sentence.Sentence, "hunter2") {
				t.Errorf("the error is %v, want one that says %q", err, c.says)
			}
		})
	}
}

// A certificate that nobody checks proves nothing.
func TestPasswordIsNotSentToAnUnprovedTLSServer(t *testing.T) {
	t.Parallel()
	for mode, sent := range map[string]string{"require": "", "verify-full": "hunter2"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			certificate, root := selfSigned(t)
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			said := askClear(t, &tlsListener{listener, &tls.Config{Certificates: []tls.Certificate{certificate}}})
			_, err = store.Open(t.Context(), "postgres://u:hunter2@"+listener.Addr().String()+"/d?sslmode="+mode+"&sslrootcert="+root, store.Options{})
			if got := said(); got != sent {
				t.Errorf("it was told %q, want %q (%v)", got, sent, err)
			}
		})
	}
}

func TestDialIsAskedForEachTime(t *testing.T) {
	t.Parallel()
	refuse := errors.New("the socket is somebody else's")
	_, err := store.Open(t.Context(), "postgres://u:hunter2@127.0.0.1:1/d", store.Options{BeforeDial: func() error { return refuse }})
	if !errors.Is(err, refuse) || !strings.Contains(err.Error(), refuse.Error()) {
		t.Errorf("the error is %v", err)
	}
}
