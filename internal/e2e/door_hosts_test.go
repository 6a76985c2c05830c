package e2e

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

func TestHostsAreAllowedByEverySetting(t *testing.T) {
	t.Parallel()
	db := pgtest.MigratedURL(t)
	file := filepath.Join(t.TempDir(), "macrowatch.yaml")
	if err := os.WriteFile(file, []byte("allowed-host: [one.example, 'two.example:8443']\nlisten: 127.0.0.1:0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env  []string
		args []string
	}{
		"flag, repeated":  {nil, []string{"--allowed-host", "one.example", "--allowed-host", "two.example:8443"}},
		"flag, one list":  {nil, []string{"--allowed-host", "one.example,two.example:8443"}},
		"environment":     {[]string{"MACROWATCH_ALLOWED_HOST=one.example,two.example:8443"}, nil},
		"file":            {nil, []string{"--config", file}},
		"flag beats file": {[]string{"MACROWATCH_ALLOWED_HOST=three.example"}, []string{"--config", file, "--allowed-host", "one.example,two.example:8443"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, c.env, append([]string{"serve", "--open=false", "--database-url", db, "--listen", "127.0.0.1:0"}, c.args...)...)
			for host, want := range map[string]int{"one.example": 200, "one.example:3": 200, "two.example:8443": 200, "two.example:3": 421, "three.example": 421, "localhost": 200} {
				if got := getFor(t, s, host); got != want {
					t.Errorf("%s gets %d, want %d", host, got, want)
				}
			}
		})
	}
}

// By default, Go's HTTP server answers OPTIONS * itself, before our code sees the request.
func TestOptionsOfTheWholeServerNeedAnAllowedHost(t *testing.T) {
	t.Parallel()
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", pgtest.MigratedURL(t))
	conn, err := net.DialTimeout("tcp", "127.0.0.1:"+portOf(t, s), patience)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "OPTIONS * HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 421 ") {
		t.Errorf("%q %v", answer, err)
	}
}
