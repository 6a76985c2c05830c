package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/background"
	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/spool"
	"macrowatch/internal/record/store"
)

// registerSpool adds --spool-dir, for the commands that keep runs or deliver them.
func (f *databaseFlags) registerSpool(c *cobra.Command) {
	c.Flags().StringVar(&f.spoolDir, "spool-dir", "", "`DIR` that keeps runs until the database has them (default: spool in the data directory; for a database given by its URL, spool in the user's state directory)")
}

// privateTarget is the spool's name for the private PostgreSQL in whose data directory the spool is. The name contains no
// path, so the data directory may be moved.
const privateTarget = "the private PostgreSQL of this data directory"

// noTarget takes the place of the database's name for runs for which no database was given. Only spool retry delivers
// such runs, because nobody has said where they belong.
const noTarget = "no database was given"

// spool returns the spool of the runs that wait for the database of the flags. Runs for the private PostgreSQL wait in its
// data directory, even if that server is given by its URL.
func (a *app) spool(f databaseFlags) (*spool.Spool, error) {
	opts := spool.Options{Now: a.Now, Logger: a.log}
	dir, target, unusable := f.spoolDir, "", ""
	dataDir, private, err := f.privateDir()
	if f.namesNone() {
		private, target, err = false, noTarget, nil
	}
	switch {
	case err != nil:
		return nil, err
	case private && dir == "":
		dir, target = filepath.Join(dataDir, spoolName), privateTarget
		if f.dataDir == "" && f.url == "" { // the user's default data directory
			if other, err := f.urlSpoolDir(); err == nil && other != dir {
				opts.OtherDirs = []string{other}
			}
		}
	case private:
		target = "the private PostgreSQL of " + dataDir
	case target == "":
		unusable = store.UnusableTarget(f.url)
		if target, err = store.Target(f.url); err != nil { // the URL can't be used now, but the run must be kept
			target = unusable
		}
	}
	if dir == "" {
		if dir, err = f.urlSpoolDir(); err != nil {
			return nil, err
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, fmt.Errorf("find the spool directory: %w", err)
	}
	if private {
		opts.FormerSpools = a.formerSpools(f, dataDir)
	}
	if unusable != "" && unusable != target {
		opts.FormerSpools = append(opts.FormerSpools, spool.New(dir, unusable, spool.Options{Now: a.Now, Logger: a.log}))
	}
	return spool.New(dir, target, opts), nil
}

// urlSpoolDir returns the directory in which runs wait for a database that was given by its URL.
func (f databaseFlags) urlSpoolDir() (string, error) {
	if f.spoolDir != "" {
		return f.spoolDir, nil
	}
	dir, err := spool.StateDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, spoolName), nil
}

// formerSpools returns the spools of runs that wait for the private PostgreSQL under a former URL. Older versions gave
// that server a TCP port. The URL with that port no longer leads to the server.
func (a *app) formerSpools(f databaseFlags, dataDir string) []*spool.Spool {
	found, err := privatepg.Lookup(dataDir)
	if err != nil || found.FormerURL() == "" {
		return nil
	}
	target, err := store.Target(found.FormerURL())
	if err != nil {
		return nil
	}
	dir, err := f.urlSpoolDir()
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil { // the user's home directory is not known
		a.log.Info("no spool of the private PostgreSQL's former URL", "error", err)
		return nil
	}
	return []*spool.Spool{spool.New(dir, target, spool.Options{Now: a.Now, Logger: a.log})}
}

// tellSpool tells the spool which database was reached. The spool then also delivers the runs that were kept for the same
// database under another spelling of its address.
func (a *app) tellSpool(ctx context.Context, kept *spool.Spool, db *database) {
	if kept == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, whereaboutsLimit)
	defer cancel()
	at, err := db.Whereabouts(ctx)
	if err != nil { // runs that were kept under this same spelling are delivered all the same
		a.log.Info("which database this is could not be asked", "error", err)
		return
	}
	kept.Reached(spool.Destination{Identity: at.Identity, ReachedBy: at.Leads})
}

// spoolName is the name of the spool's directory.
const spoolName = "spool"

// privateDir returns the data directory, and whether the flags name its private PostgreSQL. They do if they have no URL,
// or a URL with one of that server's passwords. If such a URL contains the server's socket, it also says which data
// directory is meant.
func (f databaseFlags) privateDir() (dir string, private bool, err error) {
	if dir, err = f.directory(); err != nil {
		if f.url != "" {
			return "", false, nil
		}
		return "", false, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", false, fmt.Errorf("find the data directory: %w", err)
	}
	if f.url == "" {
		return dir, true, nil
	}
	for _, dir := range []string{privatepg.DataDirOf(f.url), dir} {
		if found, err := privatepg.Lookup(dir); dir != "" && err == nil && found.Matches(f.url) {
			return dir, true, nil
		}
	}
	return dir, false, nil
}

// spoolToKeep is spool for a command that keeps runs. The spool may be the first thing in a new data directory. So it
// creates that directory with the rights that the private PostgreSQL needs.
func (a *app) spoolToKeep(f databaseFlags) (*spool.Spool, error) {
	s, err := a.spool(f)
	if err != nil {
		return nil, err
	}
	if f.spoolDir == "" {
		if err := privatepg.MakeDataDir(filepath.Dir(filepath.Dir(s.Dir()))); err != nil {
			return nil, err
		}
	}
	return s, nil
}

const (
	// deliverEvery is how often demo and serve look for runs that wait.
	deliverEvery = 10 * time.Second
	// deliverLimit is how long one delivery may take. The next delivery takes the runs that are left.
	deliverLimit = 30 * time.Second
	// whereaboutsLimit is how long a database may take to say which one it is.
	whereaboutsLimit = 2 * time.Second
)

// deliverKept delivers the runs that wait for the database, every deliverEvery, until ctx ends. It warns of runs that
// are left each time something about them has changed.
func (a *app) deliverKept(ctx context.Context, f databaseFlags, db *database) {
	var kept *spool.Spool
	mentioned := ""
	task := background.Task{Name: "delivery", Fault: "Runs that macrowatch exec kept are not delivered"}
	a.background.Every(ctx, task, 0, deliverEvery, func(ctx context.Context) (err error) {
		if kept == nil {
			if kept, err = a.spool(f); err != nil {
				return err
			}
		}
		ctx, cancel := context.WithTimeout(ctx, deliverLimit)
		defer cancel()
		a.tellSpool(ctx, kept, db)
		n, err := kept.Deliver(ctx, store.RunRecorder{Store: db.Store})
		if n > 0 {
			a.log.Info("runs that were kept are delivered", "runs", n)
		}
		if err == nil {
			mentioned = a.warnOfKept(kept, mentioned)
		}
		return err
	})
}

// deliverNow delivers the runs that wait for the viewer's database, and returns how many it delivered.
func (v *viewer) deliverNow(ctx context.Context) (int, error) {
	kept, err := v.app.spool(v.database)
	if err != nil {
		return 0, err
	}
	return kept.Deliver(ctx, store.RunRecorder{Store: v.db.Store})
}
