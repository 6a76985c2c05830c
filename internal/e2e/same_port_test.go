package e2e

import (
	"net"
	"testing"
)

// The viewer and the private PostgreSQL can't share a port. The message must not blame another program.
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
		t.Run(args[0]+" "+args[len(args)-1], func(t *testing.T) {
			args = append(args, "--open=false", "--postgres-port", port, "--data-dir", dir)
			mustRefuse(t, run(t, nil, args...), 2, "--postgres-port "+port, "viewer itself")
		})
	}
}
