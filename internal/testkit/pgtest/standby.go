package pgtest

import (
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/record/privatepg"
)

// Replicated starts a primary server and a hot standby that streams from it. Both have this version's tables, and
// end with the test. It returns their addresses.
func Replicated(t testing.TB) (primary, standby string) {
	t.Helper()
	r := NewReplica(t)
	return r.Primary, r.Standby
}

// Replica is a hot standby that streams from a primary server. A test may stop it and start it again.
type Replica struct {
	// Primary and Standby are the addresses of the two, as the superuser.
	Primary, Standby string

	t       testing.TB
	dir     string
	program string
	attr    *syscall.SysProcAttr
	server  *exec.Cmd // nil while it is stopped
}

// NewReplica starts a primary server and a hot standby that streams from it. Both have this version's tables, and end with the test.
func NewReplica(t testing.TB) *Replica {
	t.Helper()
	requireOwnServer(t)
	primary := startPrimary(t)
	if err := migrate(t.Context(), primary); err != nil {
		t.Fatalf("pgtest: migrate: %v", err)
	}
	dir, err := os.MkdirTemp("", "standby-") // short, because the path of a socket must be short
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	attr := unprivileged(t, dir)
	bin, data := binDir(t, primary), filepath.Join(dir, "data")
	from, err := pgx.ParseConfig(primary)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	source := url.URL{Scheme: "postgres", User: url.UserPassword(from.User, from.Password), Path: "/",
		RawQuery: url.Values{"host": {from.Host}, "port": {port(from)}, "sslmode": {"disable"}}.Encode()}
	copying := exec.CommandContext(t.Context(), filepath.Join(bin, "pg_basebackup"), "--pgdata", data, "--write-recovery-conf",
		"--checkpoint=fast", "--no-sync", "--dbname", source.String())
	copying.Dir, copying.SysProcAttr = "/", attr
	if out, err := copying.CombinedOutput(); err != nil {
		t.Fatalf("pgtest: pg_basebackup: %v: %s", err, out)
	}
	address := url.URL{Scheme: "postgres", User: source.User, Path: "/" + from.Database,
		RawQuery: url.Values{"host": {dir}, "port": {"5432"}}.Encode()}
	r := &Replica{Primary: primary, Standby: address.String(), t: t, dir: dir, program: filepath.Join(bin, "postgres"), attr: attr}
	t.Cleanup(r.Stop)
	r.Start()
	return r
}

func startPrimary(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "macrowatch-primary-")
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { // root's server runs as another user
		t.Fatalf("pgtest: %v", err)
	}
	fetched, err := privatepg.DefaultDataDir()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), startLimit)
	defer cancel()
	server, err := privatepg.Open(ctx, privatepg.Config{
		DataDir: dir, Ephemeral: true, DownloadURL: os.Getenv("MACROWATCH_POSTGRES_URL"),
		BinariesDir: filepath.Join(fetched, "binaries"),
		Settings:    map[string]string{"fsync": "off", "wal_level": "replica", "max_wal_senders": "4"},
	})
	if err != nil {
		_ = os.RemoveAll(dir) // there is no guard that would remove it
		t.Fatalf("pgtest: start a primary: %v", err)
	}
	t.Cleanup(func() { _ = server.Close() })
	admitStandby(t, server.SuperuserURL())
	return server.SuperuserURL()
}

// admitStandby lets the superuser of a server replicate it. A private server lets nobody replicate it.
func admitStandby(t testing.TB, address string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	defer conn.Close(t.Context())
	var path string
	if err := conn.QueryRow(t.Context(), `SHOW hba_file`).Scan(&path); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	rules, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	_, err = rules.WriteString("local replication postgres scram-sha-256\n")
	if err = errors.Join(err, rules.Close()); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	if _, err := conn.Exec(t.Context(), `SELECT pg_reload_conf()`); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
}

// Start starts the standby, and waits until it answers.
func (r *Replica) Start() {
	r.t.Helper()
	log, err := os.OpenFile(filepath.Join(r.dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		r.t.Fatalf("pgtest: %v", err)
	}
	defer log.Close()
	c := exec.Command(r.program, "-D", filepath.Join(r.dir, "data"), "-p", "5432", "-c", "listen_addresses=",
		"-c", "unix_socket_directories="+r.dir, "-c", "fsync=off", "-c", "hot_standby=on", "-c", "wal_level=replica", "-c", "max_wal_senders=4")
	c.Dir, c.SysProcAttr, c.Stdout, c.Stderr = "/", r.attr, log, log
	if err := c.Start(); err != nil {
		r.t.Fatalf("pgtest: start the standby: %v", err)
	}
	r.server = c
	waitFor(r.t, r.Standby, filepath.Join(r.dir, "log"))
}

// Stop stops the standby at once, without waiting for its clients.
func (r *Replica) Stop() {
	if r.server == nil {
		return
	}
	_ = r.server.Process.Signal(syscall.SIGINT)
	_ = r.server.Wait()
	r.server = nil
}
