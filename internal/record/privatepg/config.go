package privatepg

import (
	"log/slog"

	"macrowatch/internal/background"
)

// Config says which private PostgreSQL is wanted, and how.
type Config struct {
	// DataDir is the directory in which everything is kept. It is made if it is missing. It must be given;
	// DefaultDataDir has the usual one.
	DataDir string
	// Instance makes the caller the only instance of this data directory: while it lives, any other instance is
	// refused. If it is nil, the caller joins the server, or starts it if it is not running.
	Instance *InstanceInfo
	// JoinOnly makes no private PostgreSQL. If there is none in the data directory, Open returns ErrNotMade and
	// changes nothing.
	JoinOnly bool
	// Port is a port of 127.0.0.1 on which the server listens beside its socket; 0 is none. It has an effect only
	// with Instance.
	Port int
	// DownloadURL is the Maven repository from which server programs are fetched if none are installed; "" is
	// Maven Central.
	DownloadURL string
	// BinariesDir is the directory in which fetched server programs are kept; "" means a folder in the data directory.
	BinariesDir string
	// Progress is called with a few words that say what takes time now. It may be nil.
	Progress func(step string)
	// Logger logs what happens to the server after Open has returned. It may be nil.
	Logger *slog.Logger
	// Background runs the task that keeps the server running. If it is nil, Open makes one, which tells Logger.
	Background *background.Supervisor
	// Settings are server settings in addition to the usual ones. They have an effect if this process starts the
	// server, and none if it joins one that runs.
	Settings map[string]string
	// Ephemeral removes the data directory, with all that is in it, when its last user has gone. It is meant for
	// tests. Like Settings, it has an effect if this process starts the server.
	Ephemeral bool

	// find replaces installedDirs in tests.
	find func() []string
}

// InstanceInfo says who an instance is. A second instance that is refused names the first one by it.
type InstanceInfo struct {
	Command string // as a person would name it: "macrowatch demo"
	Address string // where it listens; "" until Server.SetAddress is called
}

// Names inside the server.
const (
	// databaseName is the one database.
	databaseName = "macrowatch"
	// ownerName is the role that owns the database. It is not a superuser, so that a person who can send SQL as
	// this role gets no access to the machine.
	ownerName = "macrowatch"
	// readerName is the role that only reads.
	readerName = "macrowatch_reader"
	// viewerName is the role of the viewer's connections. It may read what the reader may. Only macrowatch itself
	// knows its password, so nobody else can change its password or settings, or use up its connections.
	viewerName = "macrowatch_viewer"
	// superuser is the role that initdb makes. Only macrowatch itself uses it.
	superuser = "postgres"
)

// The roles that a program may give rights to.
const (
	OwnerName = ownerName
	// ReaderName is the role that reads what store.GrantReading grants to it, and changes nothing.
	ReaderName = readerName
	// ViewerName is the role of the viewer's connections. It reads what ReaderName reads.
	ViewerName = viewerName
)

// oldestMajor is the oldest PostgreSQL that the tables and queries are written for.
const oldestMajor = 15

func (c Config) withDefaults() Config {
	if c.Progress == nil {
		c.Progress = func(string) {}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Background == nil {
		c.Background = background.New(background.Options{Logger: c.Logger})
	}
	return c
}
