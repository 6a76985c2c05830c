package query_test

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/query"
)

func TestPanelsWaitForAConnectionOfALoginThatHasFew(t *testing.T) {
	t.Parallel()
	address := pgtest.LimitedURL(t, pgtest.URL(t), 3)
	pool, err := pgxpool.New(t.Context(), address+separator(address)+"pool_max_conns=8") // more than the login may have
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	r := query.NewRunner(pool, query.Options{})
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if _, err := r.Query(t.Context(), "SELECT 1 AS v, pg_sleep(0.05)::text", query.Table, nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestHavingNoConnectionLeftIsSaidWithItsCause(t *testing.T) {
	t.Parallel()
	address := pgtest.LimitedURL(t, pgtest.URL(t), 1)
	holder, err := pgxpool.New(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	held, err := holder.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer held.Release()
	pool, err := pgxpool.New(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	saysNoneIsLeft(t, pool)
}

// The server refuses one attempt to connect, and hangs at the next. What it said explains more than that it then said nothing.
func TestHavingNoConnectionLeftIsSaidThoughTheLastAttemptHangs(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept() // the next attempt waits for an answer
		if err != nil {
			return
		}
		defer conn.Close()
		backend := pgproto3.NewBackend(conn, conn)
		if _, err := backend.ReceiveStartupMessage(); err != nil {
			t.Error(err)
		}
		backend.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: "53300", Message: `too many connections for role "desk"`})
		if err := backend.Flush(); err != nil {
			t.Error(err)
		}
	}()
	pool, err := pgxpool.New(t.Context(), "postgres://desk@"+listener.Addr().String()+"/desk?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { go pool.Close() })
	saysNoneIsLeft(t, pool)
}

// saysNoneIsLeft asks a query of a pool that gets no connection, because the server has none left for the role.
func saysNoneIsLeft(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	_, err := query.NewRunner(pool, query.Options{Timeout: 2 * time.Second}).Query(t.Context(), "SELECT 1", query.Table, nil)
	var away *query.UnreachableError
	if !errors.As(err, &away) || !strings.Contains(err.Error(), "too many connections for role") {
		t.Errorf("got %v", err)
	}
}

func separator(address string) string {
	if strings.Contains(address, "?") {
		return "&"
	}
	return "?"
}

func TestALockIsNamed(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	r := query.NewRunner(pool, query.Options{LockTimeout: 50 * time.Millisecond})
	for table, sql := range map[string]string{
		"pipeline_runs":     "SELECT count(*) FROM pipeline_runs",
		"strategy_signals":  "WITH latest AS (SELECT * FROM strategy_signals) SELECT * FROM latest",
		"portfolio_state":   "SELECT 1 AS v FROM pipeline_runs, portfolio_state",
		"instrument_prices": "SELECT max(price) AS v FROM public.instrument_prices",
	} {
		t.Run(table, func(t *testing.T) {
			tx, err := pool.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(t.Context(), "LOCK TABLE "+table+" IN ACCESS EXCLUSIVE MODE"); err != nil {
				t.Fatal(err)
			}
			_, err = r.Query(t.Context(), sql, query.Table, nil)
			if err == nil || !strings.Contains(err.Error(), "waiting for a lock on "+table) {
				t.Errorf("%s: %v", table, err)
			}
			if err := tx.Rollback(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Query(t.Context(), sql, query.Table, nil); err != nil {
				t.Errorf("%s, once it is free: %v", table, err)
			}
		})
	}
}

func TestQueriesRunBehindPgBouncer(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{pgtest.SessionPooling, pgtest.TransactionPooling} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), pgtest.PgBouncer(t, pgtest.MigratedURL(t), mode), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			r := query.NewRunner(s.Pool(), query.Options{MaxRows: 10})
			var all sync.WaitGroup
			for range 8 { // more than the three connections to the server
				all.Go(func() {
					for range 5 {
						f, err := r.Query(t.Context(), "SELECT generate_series(1, 100000) AS n", query.Table, nil)
						if err != nil || f.Rows() != 10 {
							t.Errorf("%v, %v", f, err)
						}
					}
				})
			}
			all.Wait()
		})
	}
}

func TestTextsOfAnyEncodingAreShown(t *testing.T) {
	t.Parallel()
	for encoding, want := range map[string]string{"LATIN1": "São", "SQL_ASCII": "S\uFFFDo"} {
		t.Run(encoding, func(t *testing.T) {
			s, err := store.Open(t.Context(), pgtest.EncodedURL(t, encoding), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			// Another program has left a byte that is not UTF-8 in the SQL_ASCII database.
			sql := `SELECT convert_from('\x53e36f', 'LATIN1') AS v`
			if encoding == "SQL_ASCII" {
				sql = `SELECT 'S' || chr(227) || 'o' AS v`
			}
			f := run(t, s.Pool(), query.Table, sql)
			if got := concrete(t, f.Fields[0], 0); got != want {
				t.Errorf("%s: %q, want %q", encoding, got, want)
			}
		})
	}
}

// The listener in place of the server stops passing bytes on after the first query.
func TestAServerThatStopsAnsweringHoldsNobodyForEver(t *testing.T) {
	t.Parallel()
	address, freeze := freezable(t, pgtest.URL(t))
	pool, err := pgxpool.New(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { go pool.Close() })
	if _, err := query.NewRunner(pool, query.Options{}).Query(t.Context(), "SELECT 1 AS v", query.Table, nil); err != nil {
		t.Fatal(err)
	}
	r := query.NewRunner(pool, query.Options{Timeout: 100 * time.Millisecond})
	freeze()
	ended := make(chan error, 1)
	go func() {
		_, err := r.Query(t.Context(), "SELECT 1 AS v", query.Table, nil)
		ended <- err
	}()
	select {
	case err := <-ended:
		var away *query.UnreachableError
		if !errors.As(err, &away) || !strings.Contains(err.Error(), "did not answer within 100ms") {
			t.Errorf("got %v", err)
		}
	case <-time.After(90 * time.Second):
		t.Error("the query has not ended")
	}
}

// freezable returns another address of a database. After freeze has been called, nothing passes through it any more.
func freezable(t *testing.T, address string) (frozen string, freeze func()) {
	t.Helper()
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	silent, freeze := context.WithCancel(t.Context())
	go func() {
		for {
			front, err := listener.Accept()
			if err != nil {
				return
			}
			network, where := "tcp", net.JoinHostPort(cfg.ConnConfig.Host, portOf(cfg))
			if strings.HasPrefix(cfg.ConnConfig.Host, "/") {
				network, where = "unix", cfg.ConnConfig.Host+"/.s.PGSQL."+portOf(cfg)
			}
			back, err := net.Dial(network, where)
			if err != nil {
				_ = front.Close()
				continue
			}
			t.Cleanup(func() { _ = front.Close(); _ = back.Close() })
			go pump(silent, front, back)
			go pump(silent, back, front)
		}
	}()
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "host=" + host + " port=" + port + " user=" + cfg.ConnConfig.User + " password=" + cfg.ConnConfig.Password +
		" dbname=" + cfg.ConnConfig.Database + " sslmode=disable", freeze
}

// pump passes bytes on until silent ends. Then it reads and drops them.
func pump(silent context.Context, from, to net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if silent.Err() == nil {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
	}
}

func portOf(cfg *pgxpool.Config) string { return strconv.Itoa(int(cfg.ConnConfig.Port)) }
