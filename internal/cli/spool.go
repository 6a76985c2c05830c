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

// registerSpool adds the flag of the commands that keep records or deliver them.
func (f *databaseFlags) registerSpool(c *cobra.Command) {
	c.Flags().StringVar(&f.spoolDir, "spool-dir", "", "`DIR` in which runs are kept until the database has them (default: spool in the data directory; for a database given by its URL in the user's state directory)")
}

// privateTarget names the private PostgreSQL to the spool in its own data directory, which may be
// moved.
const privateTarget = "the private PostgreSQL of this data directory"

// noTarget stands for the database of runs for which none was given. They go to none by themselves:
// nobody has said where they belong.
const noTarget = "no database was given"

// spool gives the records that wait for the database of the flags. The private PostgreSQL's wait in
// its data directory, also where it is given by its URL.
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
		if f.dataDir == "" && f.url == "" { // all of the user's defaults
			if other, err := f.urlSpoolDir(); err == nil && other != dir {
				opts.OtherDirs = []string{other}
			}
		}
	case private:
		target = "the private PostgreSQL of " + dataDir
	case target == "":
		unusable = store.UnusableTarget(f.url)
		if target, err = store.Target(f.url); err != nil { // the run is kept all the same
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

// urlSpoolDir is where the runs wait that are meant for a database given by its URL.
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

// formerSpools gives what waits for the private PostgreSQL under the URL that it had in a version before
// the socket. Nobody can name it so any more.
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
	if err != nil { // a home that is not known now
		a.log.Info("no spool of the private PostgreSQL's former URL", "error", err)
		return nil
	}
	return []*spool.Spool{spool.New(dir, target, spool.Options{Now: a.Now, Logger: a.log})}
}

// tellSpool tells the spool which database was reached, so that it delivers what was kept for the same one
// under other spellings of its address.
func (a *app) tellSpool(ctx context.Context, kept *spool.Spool, db *database) {
	if kept == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, whereaboutsLimit)
	defer cancel()
	at, err := db.Whereabouts(ctx)
	if err != nil { // what is kept under this very spelling is delivered all the same
		a.log.Info("which database this is could not be asked", "error", err)
		return
	}
	kept.Reached(spool.Destination{Identity: at.Identity, ReachedBy: at.Leads})
}

const spoolName = "spool"

// privateDir gives the data directory, and whether the flags name its private PostgreSQL. A URL does
// if it holds one of that server's passwords; one that names the socket names the data directory too.
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

// spoolToKeep is spool for a command that keeps records. It sees that the data directory, should the
// spool be the first thing in it, is made as the private PostgreSQL needs it.
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
	// deliverEvery is how often a server looks for runs that wait.
	deliverEvery = 10 * time.Second
	// deliverLimit is how long one delivery may take. What is left then waits for the next.
	deliverLimit = 30 * time.Second
	// whereaboutsLimit is how long a database may take to say which one it is.
	whereaboutsLimit = 2 * time.Second
)

// deliverKept delivers what waits in the spool of the flags for the database, now and again, until ctx ends.
// What is left then is said when it changes.
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
