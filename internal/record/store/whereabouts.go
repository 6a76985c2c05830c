package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// identity names the server's data by the number that initdb gave them, the database in them, and the
// schema that holds the runs. A standby and a pooler give the primary's; a copy that was restored from a
// dump gives another one.
const identity = `SELECT (SELECT system_identifier FROM pg_control_system())::text
    || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
    || '/' || coalesce((SELECT relnamespace FROM pg_class WHERE oid = to_regclass('pipeline_runs')),
        (SELECT oid FROM pg_namespace WHERE nspname = current_schema()), 0::oid)`

// Whereabouts is which database a store is connected to.
type Whereabouts struct {
	// Identity is the same however the database is reached, and no other database's. It is "" where the
	// login may not ask for it.
	Identity string
	// Address is the server's end of the connection, or the pooler's.
	Address net.Addr

	database string // as the URL has it
}

// Whereabouts asks the database which one it is.
func (s *Store) Whereabouts(ctx context.Context) (Whereabouts, error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return Whereabouts{}, translate(err)
	}
	defer conn.Release()
	cfg := conn.Conn().Config()
	at := Whereabouts{Address: conn.Conn().PgConn().Conn().RemoteAddr(), database: orDefault(cfg.Database, cfg.User)}
	err = conn.QueryRow(ctx, identity).Scan(&at.Identity)
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == insufficientPrivilege {
		return at, nil
	}
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Whereabouts{}, fmt.Errorf("ask which database it is: %w", translate(err))
	}
	return at, nil
}

// resolveLimit is how long the name of a host may take to resolve.
const resolveLimit = time.Second

// Leads reports whether a target (see Target) leads to the same address, whatever the host is called
// there, and to the database of the same name. Nothing is connected to.
func (at Whereabouts) Leads(ctx context.Context, target string) bool {
	rest, found := strings.CutPrefix(target, at.database+" at ")
	places, _, complete := strings.Cut(rest, " as ")
	if !found || !complete {
		return false
	}
	for place := range strings.SplitSeq(places, ",") {
		host, port, complete := cutLast(place, ":")
		n, err := strconv.ParseUint(port, 10, 16)
		if complete && err == nil && at.isAt(ctx, host, uint16(n)) {
			return true
		}
	}
	return false
}

// isAt reports whether a host and port, or a socket's directory and port, are the connection's.
func (at Whereabouts) isAt(ctx context.Context, host string, port uint16) bool {
	network, address := pgconn.NetworkAddress(host, port)
	switch own := at.Address.(type) {
	case *net.UnixAddr:
		return network == "unix" && samePath(address, own.Name)
	case *net.TCPAddr:
		if network == "unix" || own.Port != int(port) {
			return false
		}
		ctx, cancel := context.WithTimeout(ctx, resolveLimit)
		defer cancel()
		known, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		if err != nil {
			return false
		}
		ours, _ := netip.AddrFromSlice(own.IP)
		for _, ip := range known {
			if ip.Unmap() == ours.Unmap() {
				return true
			}
		}
	}
	return false
}

// samePath reports whether two paths are of one socket, through links too (/var/run is one to /run).
func samePath(a, b string) bool {
	a, errA := filepath.EvalSymlinks(a)
	b, errB := filepath.EvalSymlinks(b)
	return errA == nil && errB == nil && a == b
}
