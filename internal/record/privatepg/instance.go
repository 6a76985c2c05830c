//go:build linux || darwin

package privatepg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"macrowatch/internal/record/disk"
)

// dyingLimit is how long a killed instance may take until the kernel has released its lock.
const dyingLimit = time.Second

// holder says who holds instance.lock. The instance writes it into that file.
type holder struct {
	PID     int    `json:"pid"`
	Command string `json:"command"`
	Address string `json:"address,omitempty"`
	Port    int    `json:"postgres_port,omitempty"` // see Config.Port
}

func (h holder) String() string {
	switch {
	case h.PID == 0: // the instance has the lock, but has not written yet
		return "another macrowatch"
	case h.Address == "":
		return fmt.Sprintf("%s (process %d)", h.Command, h.PID)
	default:
		return fmt.Sprintf("%s (process %d, at %s)", h.Command, h.PID, h.Address)
	}
}

// takeInstance makes this process the one instance of the data directory.
func takeInstance(ctx context.Context, l layout, cfg Config) (*lockFile, error) {
	lock, err := openLock(l.instanceLock())
	if err != nil {
		return nil, err
	}
	// It waits a moment, because the holder may have been killed just now.
	patient, cancel := context.WithTimeout(ctx, dyingLimit)
	defer cancel()
	err = lock.wait(patient, disk.Exclusive)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = fmt.Errorf("the data directory %s is in use by %s; end that one first, or name another directory with --data-dir", l.dir, readHolder(l))
	}
	if err == nil {
		err = writeHolder(lock, *cfg.Instance, cfg.Port)
	}
	if err != nil {
		lock.close()
		return nil, err
	}
	return lock, nil
}

// readHolder reads what the holder of the lock wrote. The result is empty if the holder has not finished writing.
func readHolder(l layout) holder {
	var h holder
	if text, err := os.ReadFile(l.instanceLock()); err == nil {
		_ = json.Unmarshal(text, &h)
	}
	return h
}

// wantedPort is the TCP port that the server is to have. It is the instance's, even if another process starts the
// server.
func wantedPort(cfg Config, l layout) int {
	if cfg.Instance != nil {
		return cfg.Port
	}
	if there, err := isHeld(l.instanceLock()); err != nil || !there {
		return 0
	}
	return readHolder(l).Port
}

// writeHolder writes into the locked file itself. If it replaced the file, the new one would not be locked.
func writeHolder(lock *lockFile, info InstanceInfo, port int) error {
	text, err := json.Marshal(holder{PID: os.Getpid(), Command: info.Command, Address: info.Address, Port: port})
	if err != nil {
		return fmt.Errorf("write who uses the data directory: %w", err)
	}
	if err = lock.f.Truncate(0); err == nil {
		_, err = lock.f.WriteAt(append(text, '\n'), 0)
	}
	if err != nil {
		return fmt.Errorf("write who uses the data directory: %w", err)
	}
	return nil
}
