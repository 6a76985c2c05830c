package e2e

import (
	"testing"
)

// The viewer and the private PostgreSQL can't share a port. The message must not blame another program.
func TestPostgresPortThatIsTheViewersIsRefused(t *testing.T) {
	t.Parallel()
	port := freePort(t)
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
