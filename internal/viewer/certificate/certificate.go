// Package certificate gives a server its TLS certificate, and reads it again when its files have changed.
package certificate

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookAgain is how often the files are read again, when a client connects.
const lookAgain = time.Second

// Files are a certificate and its key in PEM form. Make them with Read. They are safe for concurrent use.
type Files struct {
	cert, key string
	log       *slog.Logger
	now       func() time.Time

	mu      sync.Mutex
	looked  time.Time
	text    [2][]byte // of the pair that is used: the certificate and the key
	current *tls.Certificate
	fault   string // why the files as they are now can't be used
}

// Read reads a certificate and its key. Its error says which file is wrong.
func Read(cert, key string, log *slog.Logger, now func() time.Time) (*Files, error) {
	f := &Files{cert: cert, key: key, log: log, now: now, looked: now()}
	return f, f.read()
}

// read takes the pair of the files. If it can't be used, the pair of before remains.
func (f *Files) read() error {
	cert, err := os.ReadFile(f.cert)
	if err != nil {
		return err
	}
	key, err := os.ReadFile(f.key)
	if err != nil {
		return err
	}
	if f.current != nil && bytes.Equal(cert, f.text[0]) && bytes.Equal(key, f.text[1]) {
		return nil
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("the certificate %s and the key %s can't be used: %w", f.cert, f.key, err)
	}
	f.current, f.text = &pair, [2][]byte{cert, key}
	return nil
}

// Config returns the settings of a server with this certificate: TLS 1.2 or newer, and HTTP/1.1.
func (f *Files) Config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"http/1.1"}, // the server's limits are those of one request at a time for each connection
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.certificate(), nil },
	}
}

// certificate returns the newest pair that can be used. It reads whole files, because a link of the path may have been
// changed, as Kubernetes does.
func (f *Files) certificate() *tls.Certificate {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	if since := now.Sub(f.looked); since >= 0 && since < lookAgain {
		return f.current
	}
	f.looked = now
	before := f.current
	err := f.read()
	switch {
	case err == nil && f.current != before:
		f.log.Info("the TLS certificate was read again", "file", f.cert)
	case err != nil && err.Error() != f.fault:
		f.log.Error("the new TLS certificate can't be used, and the one of before remains in use", "error", err)
	}
	f.fault = ""
	if err != nil {
		f.fault = err.Error()
	}
	return f.current
}
