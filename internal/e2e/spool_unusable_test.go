package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// repaired is an environment that names a database in a way that can't be used until repair is called.
type repaired struct {
	env    []string
	says   string
	repair func(t *testing.T)
}

// A run is kept even if the URL can't be used. It is delivered when that has been repaired.
func TestRunsAreKeptForAURLThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]func(t *testing.T, direct string, given settings) repaired{
		"missing certificate": func(t *testing.T, direct string, _ settings) repaired {
			path := filepath.Join(t.TempDir(), "ca.pem")
			return repaired{
				[]string{"DATABASE_URL=" + strings.Replace(newAddresses(t, direct).at("127.0.0.1"), "sslmode=disable", "sslmode=prefer&sslrootcert="+url.QueryEscape(path), 1)}, path,
				func(t *testing.T) { writeText(t, path, certificate(t)) },
			}
		},
		"unknown service": func(t *testing.T, direct string, given settings) repaired {
			path := filepath.Join(t.TempDir(), "services")
			writeText(t, path, "[other]\nhost=127.0.0.1\n")
			return repaired{
				[]string{"DATABASE_URL=service=desk", "PGSERVICEFILE=" + path, "PGPASSWORD=" + given.Password}, "service",
				func(t *testing.T) { writeText(t, path, serviceText(given)) },
			}
		},
		"a missing service file": func(t *testing.T, direct string, given settings) repaired {
			path := filepath.Join(t.TempDir(), "services")
			return repaired{
				[]string{"PGSERVICE=desk", "PGSERVICEFILE=" + path, "PGPASSWORD=" + given.Password}, path,
				func(t *testing.T) { writeText(t, path, serviceText(given)) },
			}
		},
		"a port that is not a number": func(t *testing.T, direct string, given settings) repaired {
			env := []string{"PGHOST=" + given.Host, "PGUSER=" + given.User, "PGDATABASE=" + given.Database, "PGPASSWORD=" + given.Password, "PGPORT=abc"}
			return repaired{env, "PGPORT", func(*testing.T) { env[4] = "PGPORT=" + given.port() }}
		},
		"a password file that can't be read": func(t *testing.T, direct string, given settings) repaired {
			path := filepath.Join(t.TempDir(), "passwords")
			u, err := url.Parse(direct)
			if err != nil {
				t.Fatal(err)
			}
			u.User = url.User(given.User)
			return repaired{
				[]string{"DATABASE_URL=" + u.String(), "PGPASSFILE=" + path}, "password",
				func(t *testing.T) { writeText(t, path, "*:*:*:*:"+given.Password+"\n") },
			}
		},
		"a setting that is not a number": func(t *testing.T, direct string, _ settings) repaired {
			env := []string{"DATABASE_URL=" + direct, "PGCONNECT_TIMEOUT=soon"}
			return repaired{env, "PGCONNECT_TIMEOUT", func(*testing.T) { env[1] = "PGCONNECT_TIMEOUT=9" }}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			direct := pgtest.MigratedURL(t)
			given := connectionSettings(t, direct)
			r := c(t, direct, given)
			env, dir := func() []string { return r.env }, t.TempDir()
			spool := "MACROWATCH_SPOOL_DIR=" + dir
			for range 2 {
				got := run(t, append(env(), spool), "exec", "--step", "kept", "--", "sh", "-c", "echo words; exit 7")
				if got.status != 7 || got.out != "words\n" || strings.Count(got.errout, "\n") != 1 ||
					!strings.Contains(got.errout, r.says) || !strings.Contains(got.errout, "it is kept in "+dir) || strings.Contains(got.errout, given.Password) {
					t.Errorf("%+v", got)
				}
			}
			for _, text := range scanSpool(t, dir) {
				if strings.Contains(text, given.Password) || strings.Contains(text, given.Host) && r.says != "password" {
					t.Errorf("the URL is kept: %s", text)
				}
			}
			r.repair(t)
			mustExec(t, append(env(), spool), "next")
			if got := runsOf(t, direct, "kept"); got != keptRun+", "+keptRun {
				t.Errorf("the kept runs are %s", got)
			}
			if left := waiting(t, dir); len(left) != 0 {
				t.Errorf("still waiting: %v", left)
			}
		})
	}
}

// serviceText returns a PostgreSQL service file with the service desk.
func serviceText(given settings) string {
	return "[desk]\nhost=" + given.Host + "\nport=" + given.port() + "\nuser=" + given.User + "\ndbname=" + given.Database + "\n"
}

// writeText writes a file that only this user can read.
func writeText(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// certificate makes a self-signed certificate.
func certificate(t testing.TB) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
