// Package privatepg keeps a private PostgreSQL: a server of macrowatch's own, found or fetched,
// initialised, started, guarded and ended without anybody having to look after it.
//
// # Who keeps it alive
//
// No process owns the server, so nobody has to trust a process id that was written down. Every process that
// uses the server holds a shared flock on users.lock in the data directory. The kernel drops this lock when
// the process ends, also after kill -9. Each server has one guard process, which is this same executable (see
// RunGuardIfAsked). The guard is the parent of the postmaster and waits for an exclusive lock on users.lock.
// When it gets that lock, the last user is gone, so it stops the server and exits. A user who arrives
// meanwhile waits for the lock and then starts a new server.
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
// # Taking over what an older version made
//
// Before macrowatch used a socket, the server listened on a TCP port and had one password for every role,
// in the file "password". At the next start, macrowatch makes a password for each role and keeps the new
// passwords beside the old one. When the server answers, one transaction sets the passwords of all roles.
// Then the old file is removed. If a process is killed in between, the server takes either the old
// password or the new ones, and both are on the disk. If the server of such an older version still runs,
// it is not joined.
//
// A later version had no role for the viewer, and kept three passwords in the file "passwords".
// Whoever starts or joins the server adds the fourth password to the file, then makes the role.
//
// # Who gets in
//
// The server listens on a Unix socket in a directory of mode 0700, so that only its own user and root can
// connect, or put another socket in its place. The directory is checked before each use. If Config.Port asks
// for it, the server also listens on a port of 127.0.0.1. Any user may connect there, or listen there while the
// server is down.
//
// The server takes nothing but SCRAM, and every URL that this package writes requires it
// (require_auth=scram-sha-256). So a client tells its password to nobody, and the server must prove that it
// knows the password too.
//
// Four roles have a password each. The superuser, postgres, and the viewer's role, macrowatch_viewer, are
// macrowatch's own: their passwords are never printed and go to no other program. The owner, macrowatch,
// writes. The reader, macrowatch_reader, reads what it is granted. The viewer's role may read the same. The
// viewer's queries are sent as this role, so they are not affected by what a reader does to its own role or
// with its connections.
//
// PostgreSQL lets a role change its own password and settings, and lets the owner change the settings of the
// database. Whoever starts or joins the server puts them in order again.
//
// A data directory that other users can read, write or replace is refused. So is a password file that they can
// read or write. Others may only pass through the directory: if root runs macrowatch, the server runs as another
// user, who needs this.
//
// # The data directory
//
//	postgres/      the server's data (PGDATA); appears complete or not at all
//	socket/        holds the server's socket; if this path is too long for a socket, or has a comma, the
//	               socket is in a directory for temporary files
//	socket-dir     where the socket's directory is
//	binaries/      server programs that were fetched, if none were installed
//	passwords      of the server's roles; only this user can read it
//	pg_hba.conf    who may connect; written at each start, and used in place of the one in postgres/
//	port           the TCP port, if a version without the socket made the directory
//	postgres.log   the log of the server and its guard; it is begun anew when it has grown too long
//	users.lock     held shared by every user, exclusively by a guard that is stopping
//	guard.lock     held by the guard
//	server.lock    held by the guard and every process of the server
//	start.lock     held by a user that initialises or starts the server
//	instance.lock  held by the one demo or serve; its content says who that is
package privatepg
