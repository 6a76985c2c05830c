//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"fmt"

	"macrowatch/internal/record/disk"
)

// reached is a server that answers, and what is needed to connect to it.
type reached struct {
	socketDir string
	secrets   passwords
	started   bool // this process started it, and did not join it
}

// ensureServer starts the server unless it runs with a guard, and returns when it answers. The caller holds
// users.lock.
func ensureServer(ctx context.Context, cfg Config, l layout) (reached, error) {
	start, err := openLock(l.startLock())
	if err != nil {
		return reached{}, err
	}
	defer start.close()
	if err := start.wait(ctx, disk.Exclusive); err != nil {
		return reached{}, err
	}
	return startOrJoin(ctx, cfg, l)
}

// startOrJoin does the work of ensureServer. Its caller holds start.lock too.
func startOrJoin(ctx context.Context, cfg Config, l layout) (at reached, err error) {
	for {
		guarded, err := isHeld(l.guardLock())
		if err != nil {
			return reached{}, err
		}
		if guarded {
			at.socketDir, at.secrets, err = waitReady(ctx, cfg, l)
			if err == nil {
				err = checkJoined(cfg, l)
			}
			if !errors.Is(err, errUnguarded) {
				return at, err
			} // otherwise that guard was dying, and the server must be started
		}
		from := logSize(l)
		if err = startServer(ctx, cfg, l); err == nil {
			at.socketDir, at.secrets, err = waitReady(ctx, cfg, l)
			at.started = true
		}
		if errors.Is(err, errUnguarded) {
			err = fmt.Errorf("the private PostgreSQL in %s does not start: %s", l.dir, logReason(l, from))
		}
		// If our guard failed, another guard may have taken the lock, because the process that started it was killed.
		// Then join that guard's server.
		if rival, herr := isHeld(l.guardLock()); err == nil || ctx.Err() != nil || herr != nil || !rival {
			return at, err
		}
	}
}

// checkJoined refuses a server that another command has started without the TCP port that this one needs.
func checkJoined(cfg Config, l layout) error {
	if cfg.Instance == nil || cfg.Port == 0 || serverPort(l) == cfg.Port {
		return nil
	}
	return fmt.Errorf("the private PostgreSQL in %s runs already, without port %d, for another macrowatch command; wait until that has ended, or leave --postgres-port out", l.dir, cfg.Port)
}

// startServer makes the server's data if they are missing, and starts a guard. The caller holds start.lock.
func startServer(ctx context.Context, cfg Config, l layout) error {
	if err := capLog(l); err != nil {
		return fmt.Errorf("shorten the server's log: %w", err)
	}
	as, err := serverAccount(l)
	if err != nil {
		return err
	}
	if err := as.checkReach(ctx, l.dir); err != nil {
		return err
	}
	socketDir, err := placeSocket(l, as)
	if err != nil {
		return err
	}
	if err := as.checkReach(ctx, socketDir); err != nil {
		return err
	}
	b, err := chooseBinaries(ctx, cfg, l, as)
	if err != nil {
		return err
	}
	port := wantedPort(cfg, l)
	if err := checkPort(port); err != nil && cfg.Instance != nil {
		return err
	}
	if err := initialise(ctx, cfg, l, b, as); err != nil {
		return err
	}
	cfg.Progress("starting the private PostgreSQL")
	return spawnGuard(ctx, order{
		DataDir: l.dir, BinDir: b.Dir, SocketDir: socketDir, Port: port, Account: as,
		Settings: cfg.Settings, Ephemeral: cfg.Ephemeral,
	})
}
