//go:build linux || darwin

package privatepg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// reportFD is where a guard says that it has started the server, by writing a byte.
const reportFD = 3

// reportStarted tells the process that started this guard that there is a server to wait for.
func reportStarted() error {
	report := os.NewFile(reportFD, "report")
	if report == nil {
		return errors.New("report the start: nobody gave a file to report to")
	}
	_, err := report.Write([]byte{1})
	if errors.Is(err, syscall.EPIPE) { // it has died; others may be waiting
		err = nil
	}
	return errors.Join(err, report.Close())
}

// spawnGuard starts a guard and returns once that has started the server, which is not ready then.
// The caller holds users.lock, or the guard would stop at once, and start.lock.
func spawnGuard(ctx context.Context, o order) error {
	l := layout{dir: o.DataDir}
	self, err := ownProgram()
	if err != nil {
		return fmt.Errorf("find this program to start it as the guard: %w", err)
	}
	text, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("write the guard's order: %w", err)
	}
	log, err := openLog(l)
	if err != nil {
		return err
	}
	defer log.Close()
	hear, report, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("start the guard: %w", err)
	}
	defer hear.Close()
	cmd := exec.Command(self)
	cmd.Args = []string{"macrowatch", "private-postgres-guard", l.dir} // for people who look at ps
	cmd.Env = append(serverEnviron(), guardVariable+"="+string(text))
	cmd.Dir = "/"
	cmd.Stderr = log
	cmd.ExtraFiles = []*os.File{report}
	// Its own session: a Ctrl-C on our terminal is for us, and what it means to the server is
	// found out by our being gone.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	from := logSize(l)
	err = cmd.Start()
	if cerr := report.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("start the guard: %w", err)
	}
	go func() { _ = cmd.Wait() }() // it says why it ends in the log; here it only must not stay a zombie
	stop := context.AfterFunc(ctx, func() { _ = hear.Close() })
	defer stop()
	_, err = hear.Read(make([]byte, 1))
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("start the private PostgreSQL: %w", context.Cause(ctx))
	case errors.Is(err, io.EOF):
		return fmt.Errorf("the private PostgreSQL in %s does not start: %s", l.dir, logReason(l, from))
	default:
		return fmt.Errorf("listen to the guard: %w", err)
	}
}
