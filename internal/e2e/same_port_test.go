package e2e

import (
	"net"
	"testing"
)

// One port can't be the viewer's and the private PostgreSQL's: no other program is to blame.
func TestPostgresPortThatIsTheViewersIsRefused(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = free.Close()
	dir := dataDir(t)
	for _, args := range [][]string{
		{"demo", "--listen", "127.0.0.1:" + port},
		{"serve", "--private", "--listen", "localhost:" + port},
		{"serve", "--private", "--insecure-no-login", "--listen", ":" + port},
	} {
		args = append(args, "--open=false", "--postgres-port", port, "--data-dir", dir)
		mustRefuse(t, run(t, nil, args...), 2, "--postgres-port "+port, "viewer itself")
	}
}
