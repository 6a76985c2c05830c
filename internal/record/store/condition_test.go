package store_test

import (
	"bytes"
	"context"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// measuring is how long the server of TestTheTimeOfARoundTripIsThatOfTheWay takes to find out how large its database is.
const measuring = time.Second

// slowToMeasure is a connection to a server that takes its time to find out how large its database is.
type slowToMeasure struct{ net.Conn }

func (c slowToMeasure) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("pg_database_size")) {
		time.Sleep(measuring)
	}
	return c.Conn.Write(p)
}

// The server looks at every file of a large database to find out its size. That says nothing about the way to the server.
func TestTheTimeOfARoundTripIsThatOfTheWay(t *testing.T) {
	t.Parallel()
	cfg, err := pgxpool.ParseConfig(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	dial := cfg.ConnConfig.DialFunc
	cfg.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return slowToMeasure{conn}, err
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	c, err := store.New(pool, nil).Condition(t.Context())
	if err != nil || c.Bytes == 0 || c.RoundTrip <= 0 || c.RoundTrip >= measuring {
		t.Errorf("%v: %+v", err, c)
	}
}
