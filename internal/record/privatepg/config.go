package privatepg

import (
	"log/slog"

	"macrowatch/internal/background"
)

// Config says which private PostgreSQL is wanted, and how.
type Config struct {
	// DataDir is where everything is kept; it is made if it is missing. Required; see
	// DefaultDataDir.
	DataDir string
	// Instance makes the caller the one instance of this data directory: another one is refused
	// for as long as this one lives. Nil joins the server, or starts it if none is running.
	Instance *InstanceInfo
	// JoinOnly refuses a data directory in which no private PostgreSQL has been made, with ErrNotMade, and leaves
	// it as it is.
	JoinOnly bool
	// Port, where it is not 0, has the server listen on that port of 127.0.0.1 too, besides its socket. It
	// counts only with Instance.
	Port int
	// DownloadURL is the Maven repository that server programs are fetched from where none are
	// installed; "" is Maven Central.
	DownloadURL string
	// BinariesDir is where server programs that were fetched are kept; "" is in the data directory.
	BinariesDir string
	// Progress is told, in a few words, what takes time. Nil tells nobody.
	Progress func(step string)
	// Logger gets what happens to the server after Open has returned. Nil discards it.
	Logger *slog.Logger
	// Background runs what keeps the server running; nil is a supervisor of its own, which tells Logger.
	Background *background.Supervisor
	// Settings are server settings beyond the usual ones. They apply if this process starts the
	// server, not if it joins one.
	Settings map[string]string
	// Ephemeral removes the data directory, whatever is in it, when the last user has gone. For
	// tests. Like Settings it applies if this process starts the server.
	Ephemeral bool

	// find looks for installed server programs; nil looks in the usual places. Tests set it.
	find func() []string
}

// InstanceInfo tells a second instance who the first one is.
type InstanceInfo struct {
	Command string // as a person would name it: "macrowatch demo"
	Address string // where it listens; "" while that is not known, see Server.SetAddress
}

// Names inside the server.
const (
	// databaseName is the one database.
	databaseName = "macrowatch"
	// ownerName is the role that owns it. It is no superuser: who may send SQL through it must not get
	// at the machine.
	ownerName = "macrowatch"
	// readerName is the role that only reads.
	readerName = "macrowatch_reader"
	// viewerName is the role that the viewer connects as: it reads what the reader may, and only macrowatch
	// itself knows its password. So nobody else can change its password or its settings, or take its
	// connections.
	viewerName = "macrowatch_viewer"
	// superuser is the role that initdb makes. Only macrowatch itself uses it.
	superuser = "postgres"
)

// The roles that a program may give rights to.
const (
	OwnerName = ownerName
	// ReaderName is the role that reads what it is granted, see store.GrantReading, and changes nothing.
	ReaderName = readerName
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
