package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// The modes of PgBouncer. A client gets a connection to the server for its whole session, or for one transaction.
const (
	SessionPooling     = "session"
	TransactionPooling = "transaction"
)

// PgBouncer starts a real PgBouncer in front of the database at an address, and returns the address of this PgBouncer.
// In transaction mode it has three connections to the server for each database and login, so that clients share
// them. It ends with the test. If PgBouncer is not installed, the test is skipped.
func PgBouncer(t testing.TB, address, mode string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		if program = "/usr/sbin/pgbouncer"; !executable(program) { // /usr/sbin is often not on PATH
			t.Skip("PgBouncer is not installed")
		}
	}
	behind, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	dir, err := os.MkdirTemp("", "pgbouncer-") // short, because the path of a socket must be short
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	connections := 3
	if mode == SessionPooling {
		connections = 20
	}
	settings := fmt.Sprintf(`[databases]
* = host=%s port=%d
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = %s
auth_type = scram-sha-256
auth_file = %[3]s/users.txt
pool_mode = %s
default_pool_size = %d
max_client_conn = 200
server_tls_sslmode = disable
`, behind.Host, behind.Port, dir, mode, connections)
	users := fmt.Sprintf("%q %q\n", behind.User, behind.Password)
	for name, text := range map[string]string{"pgbouncer.ini": settings, "users.txt": users} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatalf("pgtest: %v", err)
		}
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	defer log.Close()
	c := exec.Command(program, filepath.Join(dir, "pgbouncer.ini"))
	c.Stdout, c.Stderr = log, log
	c.SysProcAttr = unprivileged(t, dir)
	if err := c.Start(); err != nil {
		t.Fatalf("pgtest: start PgBouncer: %v", err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGTERM) // SIGINT would wait for clients
		_ = c.Wait()
	})
	front := url.URL{Scheme: "postgres", User: url.UserPassword(behind.User, behind.Password), Path: "/" + behind.Database,
		RawQuery: url.Values{"host": {dir}, "port": {"6432"}}.Encode()}
	waitFor(t, front.String(), filepath.Join(dir, "log"))
	return front.String()
}

func port(cfg *pgx.ConnConfig) string { return strconv.Itoa(int(cfg.Port)) }

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&0o111 != 0
}

// unprivileged is for starting a server that refuses to run as root. If the test runs as root, it gives the
// directory to another user and returns how a process becomes this user.
func unprivileged(t testing.TB, dir string) *syscall.SysProcAttr {
	t.Helper()
	attr := &syscall.SysProcAttr{}
	if os.Geteuid() != 0 {
		return attr
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		t.Skipf("root can't run PgBouncer as itself, and there is no other user for it: %v", err)
	}
	uid, uerr := strconv.Atoi(account.Uid)
	gid, gerr := strconv.Atoi(account.Gid)
	if uerr != nil || gerr != nil {
		t.Fatalf("pgtest: user postgres has uid %q and gid %q", account.Uid, account.Gid)
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	for _, path := range append(files, dir) {
		if err := os.Chown(path, uid, gid); err != nil {
			t.Fatalf("pgtest: %v", err)
		}
	}
	return attr
}

// waitFor waits until a server answers at an address.
func waitFor(t testing.TB, address, log string) {
	t.Helper()
	var last error
	for end := time.Now().Add(startLimit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			err = conn.Ping(ctx)
			_ = conn.Close(ctx)
		}
		cancel()
		if last = err; err == nil {
			return
		}
	}
	said, _ := os.ReadFile(log)
	t.Fatalf("pgtest: %v; its log: %s", last, said)
}
