//go:build linux || darwin

package privatepg_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/record/privatepg"
)

// The first Open makes the server, and the last Close ends it. The program must call RunGuardIfAsked first in
// main; the tests of this package do so in TestMain.
func ExampleOpen() {
	ctx := context.Background()
	above, err := os.MkdirTemp("", "macrowatch-example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(above)
	if err := os.Chmod(above, 0o755); err != nil { // root's server runs as another user
		panic(err)
	}
	dir := filepath.Join(above, "data")

	_, err = privatepg.Open(ctx, privatepg.Config{DataDir: dir, JoinOnly: true})
	fmt.Println(err)

	server, err := privatepg.Open(ctx, privatepg.Config{DataDir: dir})
	if err != nil {
		panic(err)
	}
	conn, err := pgx.Connect(ctx, server.OwnerURL())
	if err != nil {
		panic(err)
	}
	var role string
	if err := conn.QueryRow(ctx, "SELECT current_user").Scan(&role); err != nil {
		panic(err)
	}
	fmt.Println("connected as", role)
	_ = conn.Close(ctx)
	fmt.Println("closed:", server.Close())

	found, err := privatepg.Lookup(dir)
	fmt.Println("running:", found.Running, err)
	// Output:
	// no private PostgreSQL has been made in the data directory
	// connected as macrowatch
	// closed: <nil>
	// running: false <nil>
}
