// Package privatepg keeps a private PostgreSQL: a server of macrowatch's own, found or fetched,
// initialised, started, guarded and ended without anybody having to look after it.
//
// # Who keeps it alive
//
// There is no owner whose process id would have to be trusted. Every process that uses the server
// holds a shared flock on users.lock in the data directory; the kernel drops it when the process
// ends, by kill -9 too. One guard process per server (this same executable, see RunGuardIfAsked)
// is the parent of the postmaster and waits for an exclusive lock on users.lock: once it has that,
// the last user is gone, and it stops the server and exits. A user who arrives meanwhile waits for
// the lock and then starts a new server.
//
// # What dies and what then happens
//
//   - A user: its lock goes. The last one takes the server with it, within five seconds.
//   - The postmaster: the guard starts it again.
//   - The guard: the kernel tells the postmaster to quit (Linux), and a remaining user starts a
//     new guard, which waits for the old server's processes to be gone. It knows by server.lock,
//     which they all inherit.
//   - Everything: the next start clears up. Nothing that is left on disk claims to be alive.
//
// # The data directory
//
//	postgres/      the server's data (PGDATA); appears complete or not at all
//	binaries/      server programs that were fetched, if none were installed
//	password       of the server's roles; only its owner can read it
//	port           the port last used, on 127.0.0.1
//	postgres.log   what the server and its guard say; capped
//	users.lock     held shared by every user, exclusively by a guard that is stopping
//	guard.lock     held by the guard
//	server.lock    held by the guard and every process of the server
//	start.lock     held while a user initialises or starts the server
//	instance.lock  held by the one demo or serve; says who that is
package privatepg
