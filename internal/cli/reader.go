package cli

import (
	"context"
	"fmt"
	"time"

	"macrowatch/internal/background"
	"macrowatch/internal/record/store"
)

const (
	// readerLimit is how long a transaction of a login that only reads may last. deploy/timescaledb/roles.sh gives
	// such logins a statement_timeout of half of it, but a login can change its own timeout.
	readerLimit = time.Minute
	// readerInterval is how often macrowatch looks for longer transactions.
	readerInterval = 10 * time.Second
	// readerLookLimit is how long the database may take to answer one look.
	readerLookLimit = 30 * time.Second
)

// grantReading lets a role read the desk's tables, and takes from it the rights to do anything else. It prints
// the statements that only a superuser can run.
func (a *app) grantReading(ctx context.Context, db *database, role string) error {
	known, err := store.GrantReading(ctx, db.Pool(), role)
	if err != nil {
		return err
	}
	if !known {
		return fmt.Errorf("there is no role %s: nothing was granted", role)
	}
	conn, err := db.Pool().Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if err := a.tellOfOtherDatabases(ctx, db, role); err != nil {
		return err
	}
	left, err := store.RestrictPublic(ctx, conn.Conn())
	if err != nil || len(left) == 0 {
		return err
	}
	fmt.Fprintf(a.Err, "%s can now read the desk's tables. A superuser must run these statements in this database, so that it can do nothing else and other logins keep what they need:\n", role)
	a.printStatements(left)
	return nil
}

// grantWriting lets a role write the rows of the desk's tables. If readers have been restricted, it also grants what every
// other login kept then.
func (a *app) grantWriting(ctx context.Context, db *database, role string) error {
	known, err := store.GrantWriting(ctx, db.Pool(), role)
	if err != nil {
		return err
	}
	if !known {
		return fmt.Errorf("there is no role %s: nothing was granted", role)
	}
	conn, err := db.Pool().Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	left, err := store.RestoreOthers(ctx, conn.Conn())
	if err != nil || len(left) == 0 {
		return err
	}
	fmt.Fprintf(a.Err, "A superuser must run these statements in this database, so that %s can do its work:\n", role)
	a.printStatements(left)
	return nil
}

// forgetReader removes a role from the logins that only read. The role keeps its grants.
func (a *app) forgetReader(ctx context.Context, db *database, role string) error {
	noted, err := store.ForgetReader(ctx, db.Pool(), role)
	if err != nil {
		return err
	}
	if !noted {
		return fmt.Errorf("%s is not among the logins that only read: nothing was changed", role)
	}
	fmt.Fprintf(a.Out, "%s is no longer among the logins that only read; it keeps what it was granted\n", role)
	conn, err := db.Pool().Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	left, err := store.RestoreOthers(ctx, conn.Conn())
	if err != nil || len(left) == 0 {
		return err
	}
	fmt.Fprintf(a.Err, "A superuser must run these statements in this database, so that %s can again do what other logins can:\n", role)
	a.printStatements(left)
	return nil
}

func (a *app) printStatements(statements []string) {
	for _, statement := range statements {
		fmt.Fprintf(a.Err, "%s;\n", statement)
	}
}

// tellOfOtherDatabases names the server's other databases that the role may connect to. grantReading leaves them
// open, because closing a database would shut out other logins.
func (a *app) tellOfOtherDatabases(ctx context.Context, db *database, role string) error {
	open, err := store.OpenDatabases(ctx, db.Pool())
	if err != nil || len(open) == 0 {
		return err
	}
	fmt.Fprintf(a.Err, "%s can also connect to %s, as every login can: docs/reader-login.md says what it can do there, and how to close them.\n",
		role, store.Enumerate(open))
	return nil
}

// warnOfExposure warns of what a login that only reads can do besides reading. On the private PostgreSQL it first
// takes those rights away, since only macrowatch has that server's superuser.
func (a *app) warnOfExposure(ctx context.Context, db *database) error {
	if db.private != nil {
		if err := a.restrictReader(ctx, db.private); err != nil {
			return err
		}
	}
	found, err := store.FindExposure(ctx, db.Pool())
	if err != nil {
		return err
	}
	for _, sentence := range found.Warnings() {
		a.warn(sentence)
	}
	return nil
}

// guardAgainstReaders ends the transactions of logins that only read when they last longer than readerLimit. It
// goes on until ctx ends.
func (a *app) guardAgainstReaders(ctx context.Context, db *database) {
	guard := store.ReadingGuard{
		Pool: db.Pool(), Limit: readerLimit, Log: a.log, Tell: a.warn,
	}
	defer guard.Close()
	task := background.Task{Name: "reader_guard", Fault: "Long statements of logins that only read are not ended"}
	a.background.Every(ctx, task, readerInterval, readerInterval, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, readerLookLimit)
		defer cancel()
		return guard.Look(ctx)
	})
}
