package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// sharedDesk is one demo whose clock stands at monday. To write the sample desk's history takes seconds, so all tests
// that only look at the sample desk share it.
var sharedDesk struct {
	once    sync.Once
	service *service
	dir     string
	err     error
}

// onceDesk returns the shared demo and its data directory. A test must not write into its database.
func onceDesk(t testing.TB) (*service, string) {
	t.Helper()
	path, d := program(t), &sharedDesk
	d.once.Do(func() {
		if d.dir, d.err = templates.desk.copy(path, deskCommand...); d.err != nil {
			return
		}
		c := exec.Command(path, "demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", d.dir, "--as-of", monday)
		c.Env = cleanEnv()
		d.service, d.err = launch(c)
	})
	if d.err != nil {
		t.Fatal(d.err)
	}
	return d.service, d.dir
}

// endSharedDesk stops the shared demo and removes its data. It returns false if the demo did not end.
func endSharedDesk() bool {
	d := &sharedDesk
	ended := true
	if d.service != nil {
		if err := d.service.end(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			ended = false
		}
	}
	if d.dir != "" {
		_ = os.RemoveAll(filepath.Dir(d.dir))
	}
	return ended
}

// sampleDesk returns a service that shows the shared demo's record as of an instant, which must not be after monday.
func sampleDesk(t testing.TB, asOf string) *service {
	t.Helper()
	s, dir := onceDesk(t)
	if asOf == monday {
		return s
	}
	return start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", databaseURL(t, dir), "--as-of", asOf)
}
