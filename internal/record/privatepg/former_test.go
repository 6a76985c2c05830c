//go:build linux || darwin

package privatepg

import (
	"context"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/record/disk"
	"macrowatch/internal/testkit/testport"
)

// former is a data directory as a version before the socket made it, with one password and a TCP port.
type former struct {
	l        layout
	as       account
	programs binaries
	port     int
	password string
}

// formerTemplate is made once and then copied, because to initialise a server takes long.
var formerTemplate struct {
	once     sync.Once
	l        layout
	password string
}

// makeFormer makes such a directory. It has the owner's role, and a database with one row. Its server does not run.
func makeFormer(t *testing.T) former {
	t.Helper()
	formerTemplate.once.Do(func() { makeFormerTemplate(t) })
	f := former{l: layout{dir: newDir(t)}, password: formerTemplate.password}
	copyDir(t, formerTemplate.l.dir, f.l.dir)
	f.find(t)
	write(t, f.l.formerPort(), strconv.Itoa(f.port)+"\n")
	return f
}

// copyDir copies a data directory, owners and all.
func copyDir(t *testing.T, from, to string) {
	t.Helper()
	if out, err := exec.Command("cp", "-a", from, to).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
}

// find chooses the account, the programs and the port of the directory's server.
func (f *former) find(t *testing.T) {
	t.Helper()
	var err error
	if f.as, err = serverAccount(f.l); err != nil {
		t.Fatal(err)
	}
	if f.programs, err = chooseBinaries(t.Context(), testConfig(f.l.dir).withDefaults(), f.l, f.as); err != nil {
		t.Fatal(err)
	}
	f.port = testport.Free(t)
}

// makeFormerTemplate makes the directory that makeFormer copies.
func makeFormerTemplate(t *testing.T) {
	l, err := prepareDataDir(newDir(t))
	if err != nil {
		t.Fatal(err)
	}
	f := former{l: l, password: newPasswords().Owner}
	f.find(t)
	fresh := filepath.Join(l.dir, ".postgres-1")
	if err := os.Mkdir(fresh, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := f.as.giveFile(fresh); err != nil {
		t.Fatal(err)
	}
	if err := runInitdb(t.Context(), testConfig(l.dir), l, f.programs, f.as, fresh, f.password); err != nil {
		t.Fatal(err)
	}
	if err := appendTo(filepath.Join(fresh, "postgresql.conf"), conf); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(fresh, l.pgdata()); err != nil {
		t.Fatal(err)
	}
	write(t, l.formerPassword(), f.password+"\n")
	stop := f.start(t)
	run(t, f.url(superuser, "postgres"), "create role "+ownerName+" login createdb password '"+f.password+"'")
	run(t, f.url(superuser, "postgres"), "create database "+databaseName+" owner "+ownerName)
	run(t, f.url(ownerName, databaseName), "create table kept as select 'still here' as word")
	stop()
	formerTemplate.l, formerTemplate.password = l, f.password
}

// url is the URL by which that version connected.
func (f former) url(role, database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(role, f.password), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(f.port)),
		Path: "/" + database, RawQuery: "sslmode=disable"}
	return u.String()
}

// start starts the directory's server as that version did.
func (f former) start(t *testing.T) (stop func()) {
	t.Helper()
	server := f.as.command(context.Background(), f.programs.postgres(), "-D", f.l.pgdata(), "-p", strconv.Itoa(f.port),
		"-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "log_destination=stderr", "-c", "logging_collector=off",
		"-c", "shared_buffers=16MB", "-c", "unix_socket_directories=")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() {
		_ = server.Process.Signal(syscall.SIGINT) // it may have ended
		_ = server.Wait()
	}
	t.Cleanup(stop)
	eventually(t, patience, "the former server answers", func() bool {
		_, err := tryQuery(t.Context(), f.url(superuser, "postgres"), "select 'up'")
		return err == nil
	})
	return stop
}

// checkTakenOver opens the server. It expects that the data are there and that the roles have new passwords.
func (f former) checkTakenOver(t *testing.T) {
	t.Helper()
	s := open(t, testConfig(f.l.dir))
	for _, url := range []string{s.OwnerURL(), s.SuperuserURL()} {
		if got := query(t, url, "select word from kept"); got != "still here" {
			t.Errorf("kept %q", got)
		}
	}
	if got := query(t, s.readerURL(), "select current_user"); got != readerName {
		t.Errorf("the reader is %s", got)
	}
	for _, role := range []string{superuser, ownerName, readerName} {
		if _, err := tryQuery(t.Context(), socketURL(s.socketDir, role, f.password, databaseName, URLForm{}), "select 'in'"); !refusesPassword(err) {
			t.Errorf("%s is let in with the old password: %v", role, err)
		}
	}
	if _, err := os.Stat(f.l.formerPassword()); !os.IsNotExist(err) {
		t.Errorf("the old password is there still: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestDirectoryOfAFormerVersionIsTakenOver(t *testing.T) {
	t.Parallel()
	f := makeFormer(t)
	f.checkTakenOver(t)
	found, err := Lookup(f.l.dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := found.FormerURL(), "postgres://macrowatch@127.0.0.1:"+strconv.Itoa(f.port)+"/macrowatch"; got != want {
		t.Errorf("its former URL is %s, want %s", got, want)
	}
	f.checkTakenOver(t) // a second start
}

// A kill can leave the directory in these states. There are no others in between, because each step of the takeover
// is one rename, one commit or one removal.
func TestTakeoverThatWasKilledIsFinished(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*testing.T, former, passwords){
		"before the passwords had their name": func(t *testing.T, f former, _ passwords) {
			write(t, filepath.Join(f.l.dir, ".passwords-123"), `{"superu`)
		},
		"before the roles had the passwords": func(t *testing.T, f former, p passwords) {
			if err := keepPasswords(f.l, p); err != nil {
				t.Fatal(err)
			}
		},
		"before the commit": func(t *testing.T, f former, p passwords) {
			if err := keepPasswords(f.l, p); err != nil {
				t.Fatal(err)
			}
			stop := f.start(t)
			conn, err := pgx.Connect(t.Context(), f.url(superuser, "postgres"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Exec(t.Context(), "begin; alter role postgres password '"+p.Superuser+"'"); err != nil {
				t.Fatal(err)
			}
			signalTo(t, postmasterPID(f.l), syscall.SIGQUIT)
			stop()
		},
		"before the old password was removed": func(t *testing.T, f former, p passwords) {
			if err := keepPasswords(f.l, p); err != nil {
				t.Fatal(err)
			}
			stop := f.start(t)
			conn, err := pgx.Connect(t.Context(), f.url(superuser, "postgres"))
			if err != nil {
				t.Fatal(err)
			}
			if err := makeRoles(t.Context(), conn, p); err != nil {
				t.Fatal(err)
			}
			_ = conn.Close(t.Context())
			stop()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := makeFormer(t)
			leave(t, f, newPasswords())
			f.checkTakenOver(t)
		})
	}
}

// Each case kills every process as soon as one step of the takeover has made or removed its file.
func TestKillsDuringTheTakeoverLoseNothing(t *testing.T) {
	t.Parallel()
	there := func(path string) bool { _, err := os.Lstat(path); return err == nil }
	for name, reached := range map[string]func(layout) bool{
		"passwords made": func(l layout) bool { return there(l.passwords()) },
		"socket placed":  func(l layout) bool { return there(l.socketIn()) },
		"server started": func(l layout) bool { return there(pidFile(l)) },
		"socket open":    func(l layout) bool { return there(filepath.Join(l.ownSocket(), ".s.PGSQL.5432")) },
		"old one gone":   func(l layout) bool { return !there(l.formerPassword()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := makeFormer(t)
			u := startUser(t, userOrder{DataDir: f.l.dir}, nil)
			for deadline := time.Now().Add(patience); !reached(f.l); time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("the takeover did not come so far")
				}
			}
			server := postmasterPID(f.l)
			u.kill()
			if server > 1 && isPostmaster(f.l, server) {
				_ = syscall.Kill(server, syscall.SIGKILL) // it may have ended
			}
			f.checkTakenOver(t)
		})
	}
}

func TestRunningServerOfAFormerVersionIsNamed(t *testing.T) {
	t.Parallel()
	f := makeFormer(t)
	for path, kind := range map[string]disk.LockKind{f.l.usersLock(): disk.Shared, f.l.guardLock(): disk.Exclusive, f.l.serverLock(): disk.Exclusive} {
		lock, err := openLock(path)
		if err != nil {
			t.Fatal(err)
		}
		defer lock.close()
		if ok, err := lock.try(kind); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	f.start(t)
	pid := strconv.Itoa(postmasterPID(f.l))
	refused(t, testConfig(f.l.dir), f.l.dir, "older macrowatch", pid, "try again")
	if _, err := Lookup(f.l.dir); err == nil {
		t.Error("it was found")
	} else {
		checkSentence(t, err.Error(), f.l.dir, "older macrowatch", pid)
	}
	// The older version may have started it again after a newer one had begun the takeover.
	if err := keepPasswords(f.l, newPasswords()); err != nil {
		t.Fatal(err)
	}
	refused(t, testConfig(f.l.dir), f.l.dir, "older macrowatch", pid, "try again")
	if got := query(t, f.url(ownerName, databaseName), "select word from kept"); got != "still here" {
		t.Errorf("kept %q", got)
	}
}

func TestDirectoryOfAFormerVersionThatWaitsIsNamed(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	write(t, layout{dir: dir}.formerPassword(), "0123\n")
	_, err := Lookup(dir)
	if err == nil {
		t.Fatal("it was found")
	}
	checkSentence(t, err.Error(), dir, "older macrowatch", "macrowatch demo", "serve --private")
}
