package e2e

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// frontProxy is a reverse proxy that runs with its configuration of deploy/.
type frontProxy struct {
	t    *testing.T
	port string
}

// frontPassword is the password of ana at the proxies.
const frontPassword = "correct-horse"

// replaced returns the text of a configuration with other places. Each of them must be in it.
func replaced(t *testing.T, file string, pairs ...string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "deploy", file))
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s does not have %q", file, pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

// found returns the path of a program that Debian puts into /usr/sbin or elsewhere.
func found(t *testing.T, name string) string {
	t.Helper()
	for _, path := range []string{name, "/usr/sbin/" + name} {
		if at, err := exec.LookPath(path); err == nil {
			return at
		}
	}
	t.Skipf("%s is not installed", name)
	return ""
}

// runFront starts a proxy, and waits until it answers.
func runFront(t *testing.T, port string, env []string, program string, args ...string) *frontProxy {
	t.Helper()
	c := exec.Command(program, args...)
	c.Env = append(os.Environ(), env...)
	runBeside(t, c)
	f := &frontProxy{t, port}
	eventually(t, program+" answers", func() (bool, string) {
		resp, err := f.try("GET", "/", "")
		if err != nil {
			return false, err.Error()
		}
		_ = resp.Body.Close()
		return true, ""
	})
	return f
}

// try sends a request for desk.example to the proxy, with headers as they are written.
func (f *frontProxy) try(method, path, user string, headers ...string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(f.t.Context(), method, "https://desk.example:"+f.port+path, nil)
	if err != nil {
		return nil, err
	}
	if user != "" {
		req.SetBasicAuth(user, frontPassword)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header[headers[i]] = append(req.Header[headers[i]], headers[i+1])
	}
	dialer := &net.Dialer{Timeout: patience}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: "desk.example"}, // the certificate is made by the test
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, "127.0.0.1:"+f.port)
		},
	}
	f.t.Cleanup(transport.CloseIdleConnections)
	return transport.RoundTrip(req)
}

// says returns the status and the text of an answer.
func (f *frontProxy) says(method, path, user string, headers ...string) (int, string) {
	f.t.Helper()
	resp, err := f.try(method, path, user, headers...)
	if err != nil {
		f.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// serveBehind starts a server with the flags that the proxies' configurations name.
func serveBehind(t *testing.T) (s *service, database, token string, log string) {
	t.Helper()
	database, log = pgtest.MigratedURL(t), filepath.Join(t.TempDir(), "access.log")
	s = start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", database, "--access-log", log,
		"--proxy-user-header", "X-Forwarded-User", "--proxy-address", "127.0.0.1", "--allowed-host", "desk.example")
	return s, database, madeToken(t, database, "front"), log
}

// address returns host and port of a service.
func address(s *service) string {
	return strings.TrimSuffix(strings.TrimPrefix(s.url, "http://"), "/")
}

// nginxConf writes a configuration of nginx with the body of its http block into a directory, and returns the file.
func nginxConf(t *testing.T, dir, http string) (file string) {
	t.Helper()
	var temporary string
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temporary += fmt.Sprintf("%s_temp_path %s/%s;\n", kind, dir, kind)
	}
	file = filepath.Join(dir, "nginx.conf")
	writeText(t, file, fmt.Sprintf("daemon off;\nmaster_process off;\npid %s/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n%s%s}\n", dir, temporary, http))
	return file
}

func TestNginxInFrontOfTheServer(t *testing.T) {
	t.Parallel()
	nginx := found(t, "nginx")
	s, database, token, log := serveBehind(t)
	dir, port := t.TempDir(), freePort(t)
	cert, key := deskCertificate(t, dir)
	users := filepath.Join(dir, "desk.users")
	writeText(t, users, "ana:{PLAIN}"+frontPassword+"\n")
	if err := os.Chmod(users, 0o644); err != nil { // nginx reads it as its own user
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	conf := replaced(t, "nginx/macrowatch.conf", "127.0.0.1:3002", address(s), "listen 443 ssl", "listen 127.0.0.1:"+port+" ssl", "listen 80",
		"listen 127.0.0.1:"+freePort(t), "/etc/nginx/tls/desk.crt", cert, "/etc/nginx/tls/desk.key", key, "/etc/nginx/desk.users", users)
	main := nginxConf(t, dir, conf)
	if out, err := exec.Command(nginx, "-t", "-p", dir, "-c", main).CombinedOutput(); err != nil || strings.Contains(string(out), "[warn]") {
		t.Fatalf("nginx -t: %v\n%s", err, out)
	}
	frontHolds(t, runFront(t, port, nil, nginx, "-p", dir, "-c", main), database, token, log)
}

func TestCaddyInFrontOfTheServer(t *testing.T) {
	t.Parallel()
	caddy := found(t, "caddy")
	s, database, token, log := serveBehind(t)
	dir, port := t.TempDir(), freePort(t)
	cert, key := deskCertificate(t, dir)
	hash, err := exec.Command(caddy, "hash-password", "--plaintext", frontPassword).Output()
	if err != nil {
		t.Fatal(err)
	}
	users := filepath.Join(dir, "desk.users")
	writeText(t, users, "ana "+string(hash))
	conf := replaced(t, "caddy/Caddyfile", "127.0.0.1:3002", address(s), "/etc/caddy/desk.users", users,
		"\ndesk.example {\n", "\nhttps://desk.example:"+port+" {\n\ttls "+cert+" "+key+"\n")
	main := filepath.Join(dir, "Caddyfile")
	writeText(t, main, "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"+conf)
	env := []string{"HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir}
	check := exec.Command(caddy, "validate", "--config", main)
	check.Env = append(os.Environ(), env...)
	if out, err := check.CombinedOutput(); err != nil {
		t.Fatalf("caddy validate: %v\n%s", err, out)
	}
	format := exec.Command(caddy, "fmt", filepath.Join("..", "..", "deploy", "caddy", "Caddyfile"))
	if out, err := format.Output(); err != nil || string(out) != replaced(t, "caddy/Caddyfile") {
		t.Errorf("the Caddyfile is not formatted: %v\n%s", err, out)
	}
	frontHolds(t, runFront(t, port, env, caddy, "run", "--config", main), database, token, log)
}

// frontHolds checks what every proxy must do: it logs people in, passes on nobody else's word for who they are, lets programs
// with a token through, and sends panels as they are computed.
func frontHolds(t *testing.T, f *frontProxy, database, token, log string) {
	t.Helper()
	if status, _ := f.says("GET", "/api/search", ""); status != http.StatusUnauthorized {
		t.Errorf("without a login: %d", status)
	}
	if status, body := f.says("GET", "/api/search", "ana"); status != http.StatusOK || !strings.Contains(body, "pipeline-health") {
		t.Errorf("ana: %d %.200s", status, body)
	}
	if status, _ := f.says("GET", "/api/search", "eve"); status != http.StatusUnauthorized {
		t.Errorf("somebody else: %d", status)
	}
	for _, header := range []string{"X-Forwarded-User", "x-forwarded-user", "X-FORWARDED-USER", "X_Forwarded_User", "X-Forwarded_User"} {
		if status, _ := f.says("GET", "/api/search", "", header, "root"); status != http.StatusUnauthorized {
			t.Errorf("%s without a login: %d", header, status)
		}
		status, _ := f.says("GET", "/api/dashboards/uid/risk-dashboard", "ana", header, "root", "X-Forwarded-For", "203.0.113.66")
		if status != http.StatusOK && status != http.StatusUnauthorized {
			t.Errorf("%s beside a login: %d", header, status)
		}
	}
	for _, path := range []string{"/api/v1/../search", "/api/v1/%2e%2e/search", "/api/v1/..%2fsearch", "//api/search"} {
		if status, body := f.says("GET", path, "", "X-Forwarded-User", "root"); status == http.StatusOK || strings.Contains(body, "pipeline-health") {
			t.Errorf("%s without a login: %d", path, status)
		}
	}
	if status, body := f.says("POST", "/api/v1/ping/fred", "", "Authorization", "Bearer "+token); status != http.StatusOK {
		t.Errorf("a token: %d %s", status, body)
	}
	if status, _ := f.says("POST", "/api/v1/ping/fred", "ana"); status != http.StatusUnauthorized {
		t.Errorf("a person who writes: %d", status)
	}
	lines, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(lines); !strings.Contains(text, `"user":"ana"`) || strings.Contains(text, `"root"`) || strings.Contains(text, "203.0.113.66") {
		t.Errorf("the access log says:\n%s", text)
	}
	f.streams(database)
}

// streams holds up one table, and reads panels that need another. They arrive while a panel still waits.
func (f *frontProxy) streams(database string) {
	t := f.t
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "BEGIN; LOCK TABLE portfolio_state IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	resp, err := f.try("GET", "/api/dashboards/uid/pipeline-health/panels?width=1440", "ana")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	ends := time.AfterFunc(patience, func() { _ = resp.Body.Close() })
	defer ends.Stop()
	eventually(t, "a panel waits for the table", func() (bool, string) {
		n := scalar[int](t, database, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'portfolio_state'::regclass"+inThisDatabase)
		return n > 0, ""
	})
	panels := bufio.NewReader(resp.Body)
	if line, err := panels.ReadString('\n'); err != nil || !strings.HasPrefix(line, "{") {
		t.Errorf("no panel arrives while another is computed: %v %.200s", err, line)
	}
	if _, err := conn.Exec(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(panels); err != nil || len(rest) == 0 {
		t.Errorf("the other panels: %v", err)
	}
}

// deskCertificate writes a certificate for desk.example and its key.
func deskCertificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"desk.example"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "desk.crt"), filepath.Join(dir, "desk.key")
	writeText(t, cert, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	writeText(t, key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})))
	return cert, key
}
