package store

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Options of Open. The zero value is the default.
type Options struct {
	// ApplicationName is what pg_stat_activity shows; default "macrowatch". A name in the URL wins.
	ApplicationName string
	// StatementTimeout ends a statement that takes longer; default 60 s, negative for no limit.
	// Migrations and imports have none. See session.go for how a statement is ended.
	StatementTimeout time.Duration
	// ConnectTimeout is how long connecting may take; default 5 s. One in the URL wins.
	ConnectTimeout time.Duration
	// MaxConns is the most connections that are open at once; default 8. One in the URL
	// (pool_max_conns) wins. Open makes it smaller where the server allows its login fewer.
	MaxConns int32
	// BeforeDial is asked before the server is called, each time; its error keeps that from being done.
	// Default none.
	BeforeDial func() error
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
	if opts.Lazy {
		return New(pool, opts.Logger), nil
	}
	allowed, err := connectionsAllowed(ctx, pool)
	if err != nil {
		go pool.Close() // it waits for the attempt to connect, which may hang long after ctx has ended
		return nil, translate(err)
	}
	if size := poolSize(allowed); size < cfg.MaxConns {
		pool.Close()
		cfg = cfg.Copy()
		cfg.MaxConns = size
		if pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
			return nil, translate(err)
		}
	}
	return New(pool, opts.Logger), nil
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
	if !strings.Contains(url, "pool_max_conns=") { // the driver has put its own default in
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

// orDefault gives the first value unless it is zero.
func orDefault[T comparable](value, otherwise T) T {
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
