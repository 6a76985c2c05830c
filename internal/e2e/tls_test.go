package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// certificateOf connects to a server and returns its certificate.
func certificateOf(t *testing.T, address string) []byte {
	t.Helper()
	c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true}) // the test compares the certificate itself
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].Raw
}

// leafIn returns the certificate of a file.
func leafIn(t *testing.T, cert, key string) []byte {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return pair.Certificate[0]
}

// A server that runs takes a new certificate, keeps the old one if the new pair does not fit, and breaks no connection.
func TestServeExchangesItsCertificateWhileItRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := deskCertificate(t, dir)
	first := leafIn(t, cert, key)
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", pgtest.MigratedURL(t), "--tls-cert", cert, "--tls-key", key)
	if !strings.HasPrefix(s.url, "https://") {
		t.Fatalf("it is at %s", s.url)
	}
	at := strings.TrimSuffix(strings.TrimPrefix(s.url, "https://"), "/")
	var dialed atomic.Int32
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialed.Add(1)
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}}
	t.Cleanup(client.CloseIdleConnections)
	asks := func() {
		t.Helper()
		resp, err := client.Get(s.url + "/livez")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body) // otherwise the client closes the connection
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Strict-Transport-Security") == "" || !bytes.Equal(resp.TLS.PeerCertificates[0].Raw, first) {
			t.Errorf("%d %v", resp.StatusCode, resp.Header)
		}
	}
	shows := func(what string, want []byte) {
		t.Helper()
		eventually(t, what, func() (bool, string) { return bytes.Equal(certificateOf(t, at), want), s.log.String() })
		asks()
	}
	shows("the first certificate", first)
	deskCertificate(t, dir)
	second := leafIn(t, cert, key)
	shows("the second certificate", second)

	other := t.TempDir()
	_, otherKey := deskCertificate(t, other)
	wrong, err := os.ReadFile(otherKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct { // a fault is told once, so no two that are told alike follow each other
		name    string
		content []byte
	}{{"nothing", nil}, {"the key of another certificate", wrong}, {"half a key", wrong[:len(wrong)/2]}} {
		complaints := strings.Count(s.log.String(), "the one of before remains in use")
		writeText(t, key, string(c.content))
		eventually(t, c.name+" is refused", func() (bool, string) {
			if !bytes.Equal(certificateOf(t, at), second) {
				t.Fatalf("%s: it shows another certificate", c.name)
			}
			return strings.Count(s.log.String(), "the one of before remains in use") > complaints, s.log.String()
		})
		asks()
	}
	deskCertificate(t, dir)
	shows("the third certificate", leafIn(t, cert, key))
	if n := dialed.Load(); n != 1 {
		t.Errorf("the client had to connect %d times", n)
	}
	if text := s.log.String(); strings.Contains(text, "PRIVATE KEY") || !strings.Contains(text, filepath.Base(key)) {
		t.Errorf("the log says %s", text)
	}
}

// The header that forbids http for a year must not come over http, whatever a client claims.
func TestHSTSComesOnlyOverTLS(t *testing.T) {
	t.Parallel()
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", pgtest.MigratedURL(t))
	for _, path := range []string{"", "livez", "api/search", "assets/none"} {
		for _, header := range []string{"", "X-Forwarded-Proto", "X-Forwarded-Ssl", "Forwarded"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/"+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if header != "" {
				req.Header.Set(header, map[string]string{"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on", "Forwarded": "proto=https"}[header])
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if got := resp.Header.Get("Strict-Transport-Security"); got != "" {
				t.Errorf("%s with %q: %q", path, header, got)
			}
		}
	}
}
