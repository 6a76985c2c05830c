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

// identity consists of the number that initdb gave to the server's data, the database, and the schema that has the
// runs. Through a standby or a pooler, the identity is that of the primary. A copy that was restored from a dump
// has another identity.
const identity = `SELECT (SELECT system_identifier FROM pg_control_system())::text
    || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
    || '/' || coalesce((SELECT relnamespace FROM pg_class WHERE oid = to_regclass('pipeline_runs')),
        (SELECT oid FROM pg_namespace WHERE nspname = current_schema()), 0::oid)`

// Whereabouts says to which database a store is connected.
type Whereabouts struct {
	// Identity names the database. It is the same by whatever address the database is reached, and no two
	// databases have the same. It is "" if the login may not ask for it.
	Identity string
	// Address is the address at the other end of the connection, where the server or a pooler listens.
	Address net.Addr

	database string // the name in the URL
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

// resolveLimit is how long looking up the name of a host may take.
const resolveLimit = time.Second

// Leads reports whether a target (see Target) leads to the same address and to a database of the same name. The host
// may have another name in the target. Leads connects to nothing.
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

// isAt reports whether the connection leads to a host and port, or to a socket's directory and port.
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

// samePath reports whether two paths lead to one socket. Links count: /var/run is often a link to /run.
func samePath(a, b string) bool {
	a, errA := filepath.EvalSymlinks(a)
	b, errB := filepath.EvalSymlinks(b)
	return errA == nil && errB == nil && a == b
}
