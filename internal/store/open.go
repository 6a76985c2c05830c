package store

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Options of Open. The zero value is the default.
type Options struct {
	// ApplicationName is what pg_stat_activity shows; default "macrowatch". A name in the URL wins.
	ApplicationName string
	// StatementTimeout ends a statement that takes longer; default 60 s, negative for no limit.
	// Migrations and imports have none.
	StatementTimeout time.Duration
	// ConnectTimeout is how long connecting may take; default 5 s. One in the URL wins.
	ConnectTimeout time.Duration
	// MaxConns is the most connections that are open at once; default 8. One in the URL
	// (pool_max_conns) wins.
	MaxConns int32
	// Lazy leaves connecting to the first statement, so that Open succeeds while the server is away.
	Lazy bool
	// Logger is told what the user need not know; default none.
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
	log      *slog.Logger
	writable writables
}

// Open connects to the database at a postgres:// URL (or a keyword=value string) and makes sure
// that it answers, unless the options say Lazy. It doesn't look at the schema: see Migrate and
// MigrationStatus. An *Error says what is wrong; it never holds the password.
func Open(ctx context.Context, url string, opts Options) (*Store, error) {
	cfg, err := poolConfig(url, opts)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, translate(err)
	}
	s := New(pool, opts.Logger)
	if opts.Lazy {
		return s, nil
	}
	if err := s.Ping(ctx); err != nil {
		go pool.Close() // it waits for the attempt to connect, which may hang long after ctx has ended
		return nil, err
	}
	return s, nil
}

// New makes a store on a pool that is the caller's; a nil logger is none.
func New(pool *pgxpool.Pool, logger *slog.Logger) *Store {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Store{pool: pool, log: logger}
}

// Pool gives the connections, for queries that are not the store's.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Ping makes sure that the database answers.
func (s *Store) Ping(ctx context.Context) error { return translate(s.pool.Ping(ctx)) }

// Close ends the connections. It waits for statements that are running.
func (s *Store) Close() { s.pool.Close() }

func poolConfig(url string, opts Options) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, badURL(err)
	}
	params := cfg.ConnConfig.RuntimeParams
	if params["application_name"] == "" {
		params["application_name"] = or(opts.ApplicationName, defaultApplicationName)
	}
	if params["statement_timeout"] == "" {
		limit := max(or(opts.StatementTimeout, defaultStatementTimeout), 0)
		params["statement_timeout"] = strconv.FormatInt(limit.Milliseconds(), 10)
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = or(opts.ConnectTimeout, defaultConnectTimeout)
	}
	if !strings.Contains(url, "pool_max_conns=") { // the driver has put its own default in
		cfg.MaxConns = or(opts.MaxConns, defaultMaxConns)
	}
	return cfg, nil
}

// badURL leaves out the driver's own text, which repeats the URL.
func badURL(err error) error {
	return &Error{Kind: BadURL, Sentence: "the database URL can't be read; it should look like postgres://user:password@host:5432/database", cause: err}
}

// or gives the first value unless it is zero.
func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// address names the server for a sentence: host and port, or the socket's directory.
func address(host string, port uint16) string {
	if len(host) > 0 && host[0] == '/' {
		return host
	}
	return fmt.Sprintf("%s:%d", host, port)
}
