package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ownConnection is a connection beside a pool, for work that must not wait until the pool has a free connection. It
// stays open between uses, so the work can also be done while other sessions have taken all connections that the
// server allows. It is not safe for concurrent use.
type ownConnection struct {
	pool *pgxpool.Pool // says where and how to connect
	conn *pgx.Conn     // nil before the first use, and after the connection broke
}

// errNoRoom says that the server answers but takes no more connections of this login.
var errNoRoom = errors.New("the server takes no more connections")

// get returns the connection. It makes a new one if there is none, or if the server has ended it, as when it
// restarted. The error is errNoRoom if the login may have no more connections.
func (o *ownConnection) get(ctx context.Context) (*pgx.Conn, error) {
	if o.conn != nil {
		err := o.conn.Ping(ctx)
		if err == nil {
			return o.conn, nil
		}
		if ctx.Err() == nil || o.conn.IsClosed() {
			o.close()
		}
		if ctx.Err() != nil {
			return nil, err
		}
	}
	conn, err := pgx.ConnectConfig(ctx, o.pool.Config().ConnConfig)
	if err != nil {
		var server *pgconn.PgError
		if errors.As(err, &server) && server.Code == tooManyConnections {
			return nil, errNoRoom
		}
		return nil, err
	}
	o.conn = conn
	return conn, nil
}

// close ends the connection, if there is one. It does not wait for the server.
func (o *ownConnection) close() {
	if o.conn == nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = o.conn.Close(ctx)
	o.conn = nil
}
