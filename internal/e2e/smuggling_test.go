package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// rawRequest asks for a path from an address of this machine, with the lines of headers as they are.
func rawRequest(t *testing.T, from, to, path string, lines ...string) (status int, body string) {
	t.Helper()
	dialer := net.Dialer{Timeout: patience, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := dialer.DialContext(t.Context(), "tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	host, _, _ := net.SplitHostPort(to)
	if _, err := io.WriteString(c, strings.Join(append([]string{"GET " + path + " HTTP/1.1", "Host: " + host, "Connection: close"}, lines...), "\r\n")+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("%q: %v", lines, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// servedByGroups starts a server that takes the word of a proxy at 127.0.0.1 for people and their groups.
func servedByGroups(t *testing.T) (s *service, log string) {
	t.Helper()
	log = filepath.Join(t.TempDir(), "access.log")
	return start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", pgtest.MigratedURL(t), "--access-log", log,
		"--proxy-user-header", "X-Forwarded-User", "--proxy-groups-header", "X-Forwarded-Groups", "--proxy-address", "127.0.0.1/32",
		"--viewer-group", "traders", "--operator-group", "desk-operators", "--default-role", "none"), log
}

// nginxWith starts nginx with the body of a server block, and with what else its http block has. It returns the address.
func nginxWith(t *testing.T, http, server string) string {
	t.Helper()
	nginx, dir, port := found(t, "nginx"), t.TempDir(), freePort(t)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	conf := nginxConf(t, dir, fmt.Sprintf("%sserver {\nlisten 127.0.0.1:%s;\n%s\n}\n", http, port, server))
	said := runBeside(t, exec.Command(nginx, "-p", dir, "-c", conf))
	eventually(t, "nginx answers", func() (bool, string) {
		l, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = l.Close()
		}
		return err == nil, said.String()
	})
	return "127.0.0.1:" + port
}

// ways are what a client may write to pass as somebody else.
var ways = map[string][]string{
	"the header itself":           {"X-Forwarded-User: root", "X-Forwarded-Groups: desk-operators"},
	"in other letters":            {"x-FORWARDED-user: root", "X-FORWARDED-GROUPS: desk-operators"},
	"twice":                       {"X-Forwarded-User: root", "X-Forwarded-User: eve", "X-Forwarded-Groups: desk-operators"},
	"with underscores":            {"X_Forwarded_User: root", "X_Forwarded_Groups: desk-operators"},
	"with one underscore":         {"X-Forwarded_User: root", "X-Forwarded_Groups: desk-operators"},
	"empty":                       {"X-Forwarded-User:", "X-Forwarded-Groups: desk-operators"},
	"two in one":                  {"X-Forwarded-User: root, eve", "X-Forwarded-Groups: desk-operators"},
	"the proxy's address":         {"X-Forwarded-User: root", "X-Forwarded-Groups: desk-operators", "X-Forwarded-For: 127.0.0.1"},
	"the proxy's address, Real":   {"X-Forwarded-User: root", "X-Forwarded-Groups: desk-operators", "X-Real-IP: 127.0.0.1", "Forwarded: for=127.0.0.1"},
	"named as of this connection": {"Connection: X-Forwarded-User, X-Forwarded-Groups", "X-Forwarded-User: root", "X-Forwarded-Groups: desk-operators"},
}

// A person is who the proxy says, with the role of the groups that the proxy names. What the client sends counts for nothing.
func TestAProxyGivesEachPersonTheirRole(t *testing.T) {
	t.Parallel()
	s, log := servedByGroups(t)
	// Every request is of the person that the path before it names: a stand-in for a login.
	people := map[string]string{"ana": "traders", "bo": "sales,desk-operators", "cy": "sales", "di": ""}
	var body string
	for user, groups := range people {
		body += fmt.Sprintf("location /as-%s/ { proxy_set_header X-Forwarded-User \"%s\"; proxy_set_header X-Forwarded-Groups \"%s\"; proxy_set_header X-Forwarded-For $remote_addr; proxy_pass http://%s/; }\n", user, user, groups, address(s))
	}
	at := nginxWith(t, "", body)
	roles := map[string]string{"ana": "viewer", "bo": "operator"}
	for user := range people {
		for name, lines := range ways {
			status, text := rawRequest(t, "127.0.0.1", at, "/as-"+user+"/api/search", lines...)
			want := http.StatusForbidden
			if roles[user] != "" {
				want = http.StatusOK
			}
			if status != want {
				t.Errorf("%s, %s: %d %.200s", user, name, status, text)
			}
		}
	}
	raw, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		var l struct {
			User, Role string
			Status     int
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		if l.User == "root" || l.User == "eve" || l.Status == http.StatusOK && l.Role != roles[l.User] {
			t.Errorf("the access log has %s", line)
		}
		seen[l.User+" "+l.Role] = seen[l.User+" "+l.Role] || l.Status == http.StatusOK
	}
	if !seen["ana viewer"] || !seen["bo operator"] {
		t.Errorf("the access log has\n%s", raw)
	}
}

// Who reaches the server past the proxy is nobody, whatever headers they send. 127.0.0.2 is another address than the proxy's.
func TestHeadersFromAnotherAddressThanTheProxysCountForNothing(t *testing.T) {
	t.Parallel()
	s, log := servedByGroups(t)
	for name, lines := range ways {
		if status, body := rawRequest(t, "127.0.0.2", address(s), "/api/search", lines...); status != http.StatusUnauthorized {
			t.Errorf("%s: %d %.200s", name, status, body)
		}
	}
	if status, body := rawRequest(t, "127.0.0.1", address(s), "/api/search", ways["the header itself"]...); status != http.StatusOK { // so the lines do let the proxy's people in
		t.Errorf("from the proxy's address: %d %.200s", status, body)
	}
	for _, name := range []string{"twice", "with underscores", "with one underscore", "empty", "two in one"} {
		if status, body := rawRequest(t, "127.0.0.1", address(s), "/api/search", ways[name]...); status != http.StatusUnauthorized {
			t.Errorf("%s, from a proxy that passes it on: %d %.200s", name, status, body)
		}
	}
	raw, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(raw), `"address":"127.0.0.2"`); n != len(ways) {
		t.Errorf("the access log has %d of %d requests from 127.0.0.2:\n%s", n, len(ways), raw)
	}
}
