package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
)

// Options of Open. The zero value is the default.
type Options struct {
	// ApplicationName is what pg_stat_activity shows. The default is "macrowatch". A name in the URL wins.
	ApplicationName string
	// StatementTimeout ends a statement that takes longer. The default is 60 s; a negative value means no limit.
	// Migrations and imports have no limit. prepareSessions says how a statement is ended.
	StatementTimeout time.Duration
	// ConnectTimeout is how long connecting may take. The default is 5 s. A value in the URL wins.
	ConnectTimeout time.Duration
	// MaxConns is how many connections may be open at once. The default is 8. A value in the URL
	// (pool_max_conns) wins. Open lowers it if the server allows the login fewer.
	MaxConns int32
	// BeforeDial is called each time before a connection to the server is made. If it returns an error, no
	// connection is made. It may be nil.
	BeforeDial func() error
	// Rules are the rules of the desk whose record the database has. The default is the built-in ones.
	Rules desk.Rules
	// Lazy makes Open not connect: the first statement does. So Open succeeds although the server is down.
	Lazy bool
	// Logger logs what the user need not know. It may be nil.
	Logger *slog.Logger
}

const (
	defaultApplicationName  = "macrowatch"
	defaultStatementTimeout = time.Minute
	defaultConnectTimeout   = 5 * time.Second
	defaultMaxConns         = 8
)

// Store is the desk's record in one database. It is safe for concurrent use.
type Store struct {
	pool     *pgxpool.Pool
	rules    desk.Rules
	log      *slog.Logger
	writable *writables
	within   *transaction // nil outside of InTransaction
	steps    []string     // if not nil, runs of other steps are refused; see TransactionOptions
}

// Open connects to the database at a postgres:// URL, or at a string of keywords and values. Unless the options
// say Lazy, it makes sure that the database answers. It doesn't look at the schema: Migrate and
// MigrationStatus do. Its error is an *Error, which never contains the password.
func Open(ctx context.Context, url string, opts Options) (*Store, error) {
	cfg, err := poolConfig(url, opts)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, translate(err)
	}
	if opts.Lazy {
		return New(pool, opts.Logger).of(opts.Rules), nil
	}
	allowed, err := connectionsAllowed(ctx, pool)
	if err != nil {
		go pool.Close() // Close waits for the attempt to connect, which may hang long after ctx has ended
		return nil, translate(err)
	}
	if size := poolSize(allowed); size < cfg.MaxConns {
		pool.Close()
		cfg = cfg.Copy()
		cfg.MaxConns = size
		if pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
			return nil, translate(err)
		}
		awaitRoom(ctx, pool)
	}
	return New(pool, opts.Logger).of(opts.Rules), nil
}

// awaitRoom waits until a pool can connect after another pool of the same login was closed. The server may still
// count the closed connections for a moment, and refuses a new one if the login may have no more. After a while
// awaitRoom gives up: then other sessions use the login's connections, and the first statement will say so.
func awaitRoom(ctx context.Context, pool *pgxpool.Pool) {
	for end := time.Now().Add(defaultConnectTimeout); time.Now().Before(end); {
		var server *pgconn.PgError
		if err := pool.Ping(ctx); !errors.As(err, &server) || server.Code != tooManyConnections {
			return
		}
		if !sleep(ctx, 10*time.Millisecond) {
			return
		}
	}
}

// New returns a store on a pool of the caller, with the record of the built-in desk. The logger may be nil.
func New(pool *pgxpool.Pool, logger *slog.Logger) *Store {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return (&Store{pool: pool, log: logger, writable: &writables{}}).of(desk.Rules{})
}

// of makes the store one of the record of a desk with some rules.
func (s *Store) of(rules desk.Rules) *Store {
	s.rules = rules.OrBuiltIn()
	return s
}

// Rules are the rules of the desk whose record this is.
func (s *Store) Rules() desk.Rules { return s.rules }

// Pool returns the pool, for queries that the store does not have.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Ping makes sure that the database answers.
func (s *Store) Ping(ctx context.Context) error { return translate(s.pool.Ping(ctx)) }

// Close ends the connections. It waits for statements that are running.
func (s *Store) Close() { s.pool.Close() }

func poolConfig(url string, opts Options) (*pgxpool.Config, error) {
	if fault := misplacedSpecial(url); fault != "" {
		return nil, &Error{Kind: BadURL, Sentence: fault}
	}
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, badURL(err)
	}
	params := cfg.ConnConfig.RuntimeParams
	if params["application_name"] == "" {
		params["application_name"] = orDefault(opts.ApplicationName, defaultApplicationName)
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = orDefault(opts.ConnectTimeout, defaultConnectTimeout)
	}
	if !strings.Contains(url, "pool_max_conns=") { // cfg.MaxConns is the driver's default then
		cfg.MaxConns = orDefault(opts.MaxConns, defaultMaxConns)
	}
	prepareSessions(cfg, max(orDefault(opts.StatementTimeout, defaultStatementTimeout), 0))
	if check := opts.BeforeDial; check != nil {
		dial := cfg.ConnConfig.DialFunc
		cfg.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
			if err := check(); err != nil {
				return nil, err
			}
			return dial(ctx, network, address)
		}
	}
	keepPassword(cfg.ConnConfig)
	return cfg, nil
}

// orDefault returns the value, or the other one if the value is zero.
func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// address names the server for a sentence: its host and port, or the directory of its socket.
func address(host string, port uint16) string {
	if len(host) > 0 && host[0] == '/' {
		return host
	}
	return fmt.Sprintf("%s:%d", host, port)
}
