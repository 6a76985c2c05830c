package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/doctor"
	"macrowatch/internal/record/replica"
	"macrowatch/internal/record/store"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/server"
)

// readDatabaseName is the name of the flag that gives a replica by its URL.
const readDatabaseName = "read-database-url"

// registerReplica adds --read-database-url. use says what the replica is for.
func (f *databaseFlags) registerReplica(c *cobra.Command, use string) {
	c.Flags().StringVar(&f.replicaURL, readDatabaseName, "", "connection `URL` of a read-only replica of the database: "+use+" (default: none)")
}

// openReplica connects to the replica of the flags, if there is one. A replica that does not answer is followed until it does. One that
// can't be right, since it has another database for example, is refused.
func (a *app) openReplica(ctx context.Context, db *database, f databaseFlags, needsReader bool) error {
	if f.replicaURL == "" {
		return nil
	}
	s, err := store.Open(ctx, f.replicaURL, store.Options{Logger: a.log, Rules: a.rules(), Lazy: true})
	if err != nil {
		return fmt.Errorf("--%s: %w", readDatabaseName, err)
	}
	db.replica = s
	db.follower = replica.New(replica.Config{
		Primary: db.viewerStore(), Replica: s, Now: a.Now, Logger: a.log,
		Check: func(ctx context.Context) error { return a.checkReplica(ctx, db, needsReader) },
	})
	err = db.follower.Probe(ctx)
	var said *store.Error
	if errors.As(err, &said) && said.Permanent() && said.Kind != store.NotMigrated {
		return fmt.Errorf("--%s: %w", readDatabaseName, err)
	}
	return nil
}

// checkReplica returns an error if the replica must not be read.
func (a *app) checkReplica(ctx context.Context, db *database, needsReader bool) error {
	if err := db.replica.RequireReplicaOf(ctx, db.Store); err != nil {
		return err
	}
	if !needsReader {
		return nil
	}
	return a.requireReader(ctx, db.replica, db.Store, "--dashboards")
}

// readReplica is a replica as the viewer reads it.
type readReplica struct {
	*replica.Follower
	onReplica *query.Fallback
}

func newReadReplica(db *database) *readReplica {
	return &readReplica{db.follower, &query.Fallback{
		Replica: query.NewRunner(db.replica.Pool(), query.Options{}),
		Primary: query.NewRunner(db.viewerStore().Pool(), query.Options{}),
		While:   db.follower.While,
	}}
}

// Read says which database a request reads.
func (r *readReplica) Read(ctx context.Context) (server.Reading, error) {
	reads, err := r.Follower.Read(ctx)
	reading := server.Reading{Querier: r.onReplica, Snapshot: reads.Snapshot, AsOf: reads.AsOf}
	if reads.Primary {
		reading.Querier = r.onReplica.Primary
	}
	return reading, err
}

// catchUpLimit is how long doctor waits for a replica to catch up.
const catchUpLimit = 5 * time.Second

// examineReplica looks whether the replica can be read, and how far it is behind.
func (a *app) examineReplica(ctx context.Context, db *database, f databaseFlags) doctor.Finding {
	found := doctor.Finding{Check: "replica", Severity: doctor.Problem, Do: "serve reads the database itself meanwhile. See docs/postgresql.md, Replicas."}
	if err := a.openReplica(ctx, db, f, false); err != nil {
		found.Text = err.Error()
		return found
	}
	var err error
	for end := time.Now().Add(catchUpLimit); ; time.Sleep(catchUpLimit / 50) {
		if err = db.follower.Probe(ctx); !errors.Is(err, replica.ErrBehind) || time.Now().After(end) {
			break
		}
	}
	switch {
	case errors.Is(err, replica.ErrBehind):
		found.Severity, found.Text = doctor.Warning, fmt.Sprintf("it was still behind after %s", catchUpLimit)
	case err != nil:
		found.Text = err.Error()
	default:
		lag, _ := db.follower.Lag()
		found = doctor.Finding{Check: "replica", Text: fmt.Sprintf("it can be read, and is at most %s behind", max(lag, time.Millisecond).Round(time.Millisecond))}
	}
	return found
}
