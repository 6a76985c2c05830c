package certificate_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/testkit/testlog"
	"macrowatch/internal/viewer/certificate"
)

// write writes a certificate of a name, and its key, into a folder.
func write(t *testing.T, dir, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0), DNSNames: []string{name},
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "tls.crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}))
	put(t, filepath.Join(dir, "tls.key"), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

func put(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// bench is a server with a certificate of files, and a clock that the test moves.
type bench struct {
	t       *testing.T
	dir     string
	address string
	log     *testlog.Log

	mu sync.Mutex
	at time.Time
}

func (b *bench) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.at
}

// name connects, a second later, and returns the name in the server's certificate.
func (b *bench) name() string {
	b.t.Helper()
	b.mu.Lock()
	b.at = b.at.Add(time.Second)
	b.mu.Unlock()
	c, err := tls.Dial("tcp", b.address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		b.t.Fatal(err)
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].Subject.CommonName
}

func start(t *testing.T, dir string) *bench {
	t.Helper()
	b := &bench{t: t, dir: dir, log: &testlog.Log{}, at: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}
	files, err := certificate.Read(filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key"), b.log.Logger(slog.LevelInfo), b.now)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.address = l.Addr().String()
	srv := &http.Server{
		Handler:  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }),
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), ReadHeaderTimeout: time.Minute,
	}
	go func() { _ = srv.Serve(tls.NewListener(l, files.Config())) }()
	t.Cleanup(func() { _ = srv.Close() })
	return b
}

func TestANewCertificateIsUsedWithoutARestart(t *testing.T) {
	t.Parallel()
	b := start(t, func() string { dir := t.TempDir(); write(t, dir, "one.example"); return dir }())
	if got := b.name(); got != "one.example" {
		t.Fatalf("the certificate is %s", got)
	}
	write(t, b.dir, "two.example")
	if got := b.name(); got != "two.example" {
		t.Errorf("after the change it is %s", got)
	}
	for range 3 {
		b.name()
	}
	if n := strings.Count(b.log.String(), "read again"); n != 1 {
		t.Errorf("the log tells %d changes: %s", n, b.log)
	}
}

// Kubernetes puts a new pair into a new folder, and lets a link lead there.
func TestALinkMayLeadToANewPair(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"one", "two"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), name+".example")
	}
	link := filepath.Join(dir, "..data")
	if err := os.Symlink("one", link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tls.crt", "tls.key"} {
		if err := os.Symlink(filepath.Join("..data", name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	b := start(t, dir)
	if got := b.name(); got != "one.example" {
		t.Fatalf("the certificate is %s", got)
	}
	if err := os.Symlink("two", link+"_tmp"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(link+"_tmp", link); err != nil {
		t.Fatal(err)
	}
	if got := b.name(); got != "two.example" {
		t.Errorf("after the link was changed it is %s", got)
	}
}

func TestABrokenPairLeavesTheOneOfBefore(t *testing.T) {
	t.Parallel()
	for name, breakPair := range map[string]func(t *testing.T, dir string){
		"half a certificate": func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "tls.crt"), []byte("-----BEGIN CERTIFICATE-----\nMIIB"))
		},
		"an empty key":  func(t *testing.T, dir string) { put(t, filepath.Join(dir, "tls.key"), nil) },
		"a missing key": func(t *testing.T, dir string) { _ = os.Remove(filepath.Join(dir, "tls.key")) },
		"the key of another certificate": func(t *testing.T, dir string) {
			cert, err := os.ReadFile(filepath.Join(dir, "tls.crt"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, "three.example")
			put(t, filepath.Join(dir, "tls.crt"), cert)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, "one.example")
			b := start(t, dir)
			breakPair(t, dir)
			for range 3 {
				if got := b.name(); got != "one.example" {
					t.Errorf("the certificate is %s", got)
				}
			}
			if n := strings.Count(b.log.String(), "level=ERROR"); n != 1 {
				t.Errorf("the log complains %d times: %s", n, b.log)
			}
			write(t, dir, "two.example")
			if got := b.name(); got != "two.example" {
				t.Errorf("after a good pair came, the certificate is %s", got)
			}
			if _, err := certificate.Read(filepath.Join(dir, "tls.key"), filepath.Join(dir, "tls.key"), slog.New(slog.DiscardHandler), time.Now); err == nil {
				t.Error("a key is accepted as a certificate")
			}
		})
	}
}

func TestOldVersionsOfTLSAndPlainTextAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "one.example")
	b := start(t, dir)
	for version, want := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		c, err := tls.Dial("tcp", b.address, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version, NextProtos: []string{"h2", "http/1.1"}})
		if (err == nil) != want {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		if err == nil {
			if got := c.ConnectionState().NegotiatedProtocol; got != "http/1.1" {
				t.Errorf("the server speaks %q", got)
			}
			_ = c.Close()
		}
	}
	c, err := net.Dial("tcp", b.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if line, err := io.ReadAll(bufio.NewReader(c)); err != nil || !strings.Contains(string(line), "HTTPS server") {
		t.Errorf("a request in plain text gets %q, %v", line, err)
	}
}
