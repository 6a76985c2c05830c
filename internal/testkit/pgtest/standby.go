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
	requireOwnServer(t)
	primary = startPrimary(t)
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
	startStandby(t, filepath.Join(bin, "postgres"), dir, attr)
	waitFor(t, address.String(), filepath.Join(dir, "log"))
	return primary, address.String()
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

func startStandby(t testing.TB, program, dir string, attr *syscall.SysProcAttr) {
	t.Helper()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	defer log.Close()
	c := exec.Command(program, "-D", filepath.Join(dir, "data"), "-p", "5432", "-c", "listen_addresses=",
		"-c", "unix_socket_directories="+dir, "-c", "fsync=off", "-c", "hot_standby=on", "-c", "wal_level=replica", "-c", "max_wal_senders=4")
	c.Dir, c.SysProcAttr, c.Stdout, c.Stderr = "/", attr, log, log
	if err := c.Start(); err != nil {
		t.Fatalf("pgtest: start the standby: %v", err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGINT) // without waiting for clients
		_ = c.Wait()
	})
}
