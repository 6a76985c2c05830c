package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	conditionServer = `SELECT current_setting('server_version_num')::int, current_setting('server_version'),
    pg_is_in_recovery(), current_setting('server_encoding'), current_user,
    (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
    coalesce((SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'), ''),
    EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb'),
    clock_timestamp(), pg_database_size(current_database()),
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), current_setting('max_connections')::int`

	conditionRights = `SELECT has_table_privilege($1, 'SELECT'), has_table_privilege($1, 'INSERT') AND has_table_privilege($1, 'UPDATE')`

	// The arguments are the column, the table and the desk's zone, in which a day ends. Values that can't be times of
	// the desk are passed over.
	conditionNewest = `SELECT CASE WHEN pg_typeof(max(%[1]s)) = 'date'::regtype
    THEN (max(%[1]s)::date + 1)::timestamp AT TIME ZONE '%[3]s' - interval '1 second' ELSE max(%[1]s)::timestamptz END,
    pg_typeof(max(%[1]s)) = 'date'::regtype
FROM %[2]s WHERE %[1]s BETWEEN '1000-01-01' AND '9999-12-31'`
)

// Condition is the state of a database server, and what this login is there.
type Condition struct {
	// Version is PostgreSQL's number for the version, such as 150020, and VersionText its name, such as "15.20".
	Version     int
	VersionText string
	// Standby is true on a server that replays another one and can't be written to.
	Standby bool
	// Pooled is true if a connection pooler stands before the server.
	Pooled    bool
	Encoding  string
	Login     string
	Superuser bool
	// Timescale is the version of TimescaleDB in the database, "" for none; TimescaleAvailable says that the server
	// has its files.
	Timescale          string
	TimescaleAvailable bool
	// Clock is the server's time when it was asked.
	Clock time.Time
	// RoundTrip is how long an empty question and its answer take.
	RoundTrip time.Duration
	Bytes     int64 // the size of the database
	// Sessions are the clients that are connected to the server, of which it takes MaxSessions.
	Sessions, MaxSessions int
}

// Condition asks the server for its state. It needs no more than the right to connect.
func (s *Store) Condition(ctx context.Context) (Condition, error) {
	var c Condition
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return c, translate(err)
	}
	defer conn.Release()
	if c.Pooled, err = behindPooler(ctx, conn.Conn()); err != nil {
		return c, translate(err)
	}
	err = conn.QueryRow(ctx, conditionServer).Scan(&c.Version, &c.VersionText, &c.Standby, &c.Encoding, &c.Login, &c.Superuser,
		&c.Timescale, &c.TimescaleAvailable, &c.Clock, &c.Bytes, &c.Sessions, &c.MaxSessions)
	if err != nil {
		return c, fmt.Errorf("ask the server for its state: %w", translate(err))
	}
	if c.RoundTrip, err = roundTrip(ctx, conn.Conn()); err != nil {
		return c, translate(err)
	}
	return c, nil
}

// roundTrips is how often roundTrip asks.
const roundTrips = 5

// roundTrip returns how long the way to the server and back takes: the shortest time of some, because both machines may be busy.
func roundTrip(ctx context.Context, conn *pgx.Conn) (shortest time.Duration, err error) {
	for n := range roundTrips {
		begin := time.Now()
		if err := conn.Ping(ctx); err != nil {
			return 0, err
		}
		if took := time.Since(begin); n == 0 || took < shortest {
			shortest = took
		}
	}
	return shortest, nil
}

// TableCondition says what this login may do with one of the desk's tables, and how new its rows are.
type TableCondition struct {
	Table         string
	Reads, Writes bool
	// Newest is the newest time in the table. It is zero if the table is empty or the login may not read it. Daily
	// says that the table has days and no times. Newest is then the last second of the newest day in the desk's zone.
	Newest time.Time
	Daily  bool
}

// timeColumn returns the column with the time of a table's rows, or "" if the rows have no such time. A day counts
// only in the key: an instrument's maturity does not say when the instrument came.
func timeColumn(r relation) string {
	for i, c := range r.columns {
		if c.family == instant || c.family == bookTime || c.family == day && i < r.keys {
			return c.name
		}
	}
	return ""
}

// TableConditions looks at each of the desk's tables whose rows come with time.
func (s *Store) TableConditions(ctx context.Context) ([]TableCondition, error) {
	var all []TableCondition
	for _, t := range tables() {
		at := timeColumn(t.relation)
		if !t.adoptable || at == "" {
			continue
		}
		c := TableCondition{Table: t.name}
		if err := s.pool.QueryRow(ctx, conditionRights, t.name).Scan(&c.Reads, &c.Writes); err != nil {
			return nil, fmt.Errorf("ask for the rights on %s: %w", t.name, translate(err))
		}
		if c.Reads {
			var newest *time.Time
			sql := fmt.Sprintf(conditionNewest, pgx.Identifier{at}.Sanitize(), t.name, s.rules.Zone)
			if err := s.pool.QueryRow(ctx, sql).Scan(&newest, &c.Daily); err != nil {
				return nil, fmt.Errorf("look for the newest row of %s: %w", t.name, translate(err))
			}
			if newest != nil {
				c.Newest = *newest
			}
		}
		all = append(all, c)
	}
	return all, nil
}
