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

// reportFD is the file to which a guard writes a byte when it has started the server.
const reportFD = 3

// reportStarted tells the process that started this guard that the server has been started.
func reportStarted() error {
	report := os.NewFile(reportFD, "report")
	if report == nil {
		return errors.New("report the start: there is no file for the report")
	}
	_, err := report.Write([]byte{1})
	if errors.Is(err, syscall.EPIPE) { // that process has died, but others may wait for the server
		err = nil
	}
	return errors.Join(err, report.Close())
}

// spawnGuard starts a guard, and returns when the guard has started the server. The server does not answer yet then.
// The caller holds start.lock. It also holds users.lock, because otherwise the guard would stop at once.
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
	cmd.Args = []string{"macrowatch", "private-postgres-guard", l.dir} // what ps shows
	cmd.Env = append(serverEnviron(), guardVariable+"="+string(text))
	cmd.Dir = "/"
	cmd.Stderr = log
	cmd.ExtraFiles = []*os.File{report}
	// The guard has a session of its own, so that a Ctrl-C on our terminal reaches only us. If we end by it, the
	// guard notices.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	from := logSize(l)
	err = cmd.Start()
	if cerr := report.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("start the guard: %w", err)
	}
	go func() { _ = cmd.Wait() }() // only so that it does not stay a zombie: the log says why it ended
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
