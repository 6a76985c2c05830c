package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
)

// thiefVariable makes the test binary a thief: a program of another user that listens at the address where a server
// listened before, and asks every client for the password.
const thiefVariable = "MACROWATCH_E2E_THIEF"

func init() {
	if where, asked := os.LookupEnv(thiefVariable); asked {
		beThief(where)
	}
}

// beThief listens at "NETWORK ADDRESS". It prints "listening" or "kept out". For each client it prints "got" and the
// password, or "got nothing".
func beThief(where string) {
	network, address, _ := strings.Cut(where, " ")
	listener, err := net.Listen(network, address)
	if err != nil {
		fmt.Println("kept out:", err)
		os.Exit(0)
	}
	fmt.Println("listening")
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for {
		conn, err := listener.Accept()
		if err != nil {
			os.Exit(1)
		}
		fmt.Println("got", steal(conn))
		_ = conn.Close()
	}
}

// steal asks a client for its password in clear text, and returns the answer.
func steal(conn net.Conn) string {
	const nothing = "nothing"
	backend := pgproto3.NewBackend(conn, conn)
	first, err := backend.ReceiveStartupMessage()
	if _, asks := first.(*pgproto3.SSLRequest); asks && err == nil {
		if _, err = conn.Write([]byte("N")); err == nil {
			_, err = backend.ReceiveStartupMessage()
		}
	}
	if err != nil {
		return nothing
	}
	backend.Send(&pgproto3.AuthenticationCleartextPassword{})
	if backend.Flush() != nil || backend.SetAuthType(pgproto3.AuthTypeCleartextPassword) != nil {
		return nothing
	}
	message, err := backend.Receive()
	if password, ok := message.(*pgproto3.PasswordMessage); ok && err == nil {
		return password.Password
	}
	return nothing
}

// nobodyCan copies a program to a directory where every user can start it, and prepares to run it as the user nobody.
func nobodyCan(t *testing.T, path string) *exec.Cmd {
	t.Helper()
	copied := filepath.Join(filepath.Dir(dataDir(t)), filepath.Base(path))
	if out, err := exec.Command("install", "-m", "755", path, copied).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	const nobody = 65534
	c := exec.Command(copied)
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return c
}

// startThief starts a thief at the address of a URL, as another user. loot ends the thief, and returns what it got from
// each client. It returns "kept out" if the thief could not listen there.
func startThief(t *testing.T, connection string) (loot func() []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := nobodyCan(t, self)
	c.Env = append(ownEnv(t), thiefVariable+"="+listensAt(t, connection))
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() {
		t.Fatal("the thief says nothing")
	}
	first := lines.Text()
	t.Log("the thief:", first)
	return func() []string {
		_ = stdin.Close()
		var got []string
		for lines.Scan() {
			got = append(got, strings.TrimPrefix(lines.Text(), "got "))
		}
		_ = c.Wait()
		if strings.HasPrefix(first, "kept out") {
			return []string{"kept out"}
		}
		return got
	}
}

// listensAt returns the network and the address of a connection URL.
func listensAt(t *testing.T, connection string) string {
	t.Helper()
	u, err := url.Parse(connection)
	if err != nil {
		t.Fatal(err)
	}
	if dir := u.Query().Get("host"); dir != "" {
		return "unix " + filepath.Join(dir, ".s.PGSQL.5432")
	}
	return "tcp4 " + u.Host
}

// While the private PostgreSQL is down, another user listens at its address, and asks every client for the password in
// clear text.
func TestThiefOfTheServersPlaceGetsNoPassword(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can act as another user")
	}
	port := freePort(t)
	dir := dataDir(t)
	s := start(t, nil, "serve", "--private", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir, "--postgres-port", port)
	urls := map[string]string{}
	for _, form := range []string{"--owner", "--tcp", "--old-client"} {
		r := run(t, nil, append([]string{"database", "url", "--data-dir", dir}, strings.Fields(form)...)...)
		if r.status != 0 {
			t.Fatalf("database url %s: %s", form, r.errout)
		}
		urls[form] = strings.TrimSpace(r.out)
	}
	s.stop(t)
	for form, url := range urls {
		t.Run(form, func(t *testing.T) {
			loot := startThief(t, url)
			spool := "MACROWATCH_SPOOL_DIR=" + t.TempDir()
			env := []string{"DATABASE_URL=" + url, "MACROWATCH_DATA_DIR=" + dir, spool}
			if r := run(t, env, "exec", "--step", "while the thief listens", "--", "true"); r.status != 0 || !strings.Contains(r.errout, "not recorded yet") {
				t.Errorf("exec: %+v", r)
			}
			for _, command := range [][]string{{"serve", "--open=false", "--listen", "127.0.0.1:0"}, {"migrate"}} {
				if r := run(t, env, command...); r.status == 0 {
					t.Errorf("%v takes the thief for the server", command)
				}
			}
			if psql, err := exec.LookPath("psql"); err == nil {
				c := exec.Command(psql, "--no-psqlrc", "--no-password", "-c", "select 1", url)
				if out, err := c.CombinedOutput(); err == nil {
					t.Errorf("psql takes the thief for the server: %s", out)
				}
			}
			for _, got := range loot() {
				if got != "kept out" && got != "nothing" {
					t.Errorf("the thief got %q", got)
				}
			}
		})
	}
	// A command that starts the server finds that the port is taken, and tells the thief nothing.
	loot := startThief(t, urls["--tcp"])
	mustRefuse(t, run(t, nil, "serve", "--private", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir, "--postgres-port", port), 1,
		"port "+port, "in use by another program", "--postgres-port")
	if r := run(t, nil, "exec", "--data-dir", dir, "--step", "without the port", "--", "true"); r.status != 0 || r.errout != "" {
		t.Errorf("exec: %+v", r)
	}
	if got := loot(); len(got) != 0 {
		t.Errorf("the thief got %q", got)
	}
}
