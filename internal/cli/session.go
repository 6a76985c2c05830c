package cli

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/record/store"
)

func (a *app) sessionCommand() *cobra.Command {
	return group("session", "List or end the logins to the viewer that are open",
		"  macrowatch session list\n  macrowatch session revoke --user ana",
		a.sessionListCommand(), a.sessionRevokeCommand())
}

// sessionJSON is a session in session list --json.
type sessionJSON struct {
	ID      string    `json:"id"`
	User    string    `json:"user"`
	Role    string    `json:"role"`
	Method  string    `json:"method"`
	Address string    `json:"address"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Ends    time.Time `json:"ends"`
}

// sessionID is a session's name for people. It is a part of the hash of the session's token, and so no secret.
func sessionID(s store.LoginSession) string { return hex.EncodeToString(s.Hash[:6]) }

func (a *app) sessionListCommand() *cobra.Command {
	var f databaseFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List who is logged in",
		Long: `Lists the sessions of people who have logged in by password or OpenID Connect, on all servers of the
database: who, since when, last used when, and from where. The sessions that were used last stand
first. A server ends a session that is not used for --session-idle, even if it is still listed.

The database's login must be one that may read the table macrowatch_sessions, such as its owner.`,
		Example: "  macrowatch session list\n  macrowatch session list --json",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withSessions(c.Context(), f, func(ctx context.Context, db *database) error {
				open, err := db.ListLoginSessions(ctx, a.Now())
				if err != nil {
					return err
				}
				return a.printSessions(open, asJSON)
			})
		},
	}
	f.register(c)
	jsonFlag(c, &asJSON)
	return c
}

func (a *app) printSessions(open []store.LoginSession, asJSON bool) error {
	listed := make([]sessionJSON, len(open))
	for i, s := range open {
		listed[i] = sessionJSON{sessionID(s), s.User, s.Role, s.Method, s.Address, s.Created.UTC(), s.Seen.UTC(), s.Ends.UTC()}
	}
	if asJSON {
		return printJSON(a.Out, listed)
	}
	if len(listed) == 0 {
		fmt.Fprintln(a.Out, "Nobody is logged in.")
		return nil
	}
	short := func(t time.Time) string { return t.Format("2006-01-02 15:04Z") }
	fmt.Fprintf(a.Out, "%-12s  %-8s  %-8s  %-17s  %-17s  %-17s  %s\n", "SESSION", "ROLE", "BY", "SINCE", "LAST USED", "ENDS", "USER, ADDRESS")
	for _, s := range listed {
		fmt.Fprintf(a.Out, "%-12s  %-8s  %-8s  %-17s  %-17s  %-17s  %s, %s\n", s.ID, plain(s.Role), plain(s.Method), short(s.Created), short(s.Seen), short(s.Ends), plain(s.User), plain(s.Address))
	}
	return nil
}

func (a *app) sessionRevokeCommand() *cobra.Command {
	var f databaseFlags
	var user string
	var all bool
	c := &cobra.Command{
		Use:   "revoke SESSION… | --user NAME | --all",
		Short: "End sessions, on every server within a second or two",
		Long: `Ends sessions: those with the given IDs, all of a user, or all. The people's pages say within seconds
that they are no longer signed in. They can log in again; macrowatch user remove, or the provider,
keeps a person out. SESSION is an ID that macrowatch session list shows.

The command fails if there is no such session. With --all it also succeeds if nobody is logged in.`,
		Example: `  macrowatch session revoke 3f1c0a9be277
  macrowatch session revoke --user ana
  macrowatch session revoke --all`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			byUser := c.Flags().Changed("user")
			if n := len(slices.DeleteFunc([]bool{len(args) > 0, byUser, all}, func(given bool) bool { return !given })); n != 1 {
				return usagef("session revoke needs the IDs of sessions, or --user NAME, or --all: give one of these (macrowatch session list shows the IDs)")
			}
			return a.withSessions(c.Context(), f, func(ctx context.Context, db *database) error {
				ended, err := endSessions(ctx, db, a.Now(), args, user, all)
				if err == nil || ended > 0 {
					fmt.Fprintf(a.Out, "ended: %d\n", ended)
				}
				return err
			})
		},
	}
	f.register(c)
	c.Flags().StringVar(&user, "user", "", "end all sessions of the user with this `NAME`")
	c.Flags().BoolVar(&all, "all", false, "end every session")
	return c
}

// endSessions ends the sessions that the IDs name, or those of a user, or all.
func endSessions(ctx context.Context, db *database, now time.Time, ids []string, user string, all bool) (ended int, err error) {
	switch {
	case all:
		return db.EndAllLoginSessions(ctx)
	case len(ids) == 0:
		ended, err = db.EndLoginSessionsOf(ctx, user)
		if err == nil && ended == 0 {
			err = fmt.Errorf("there is no session of a user %q: nothing was ended (macrowatch session list shows the sessions)", user)
		}
		return ended, err
	}
	open, err := db.ListLoginSessions(ctx, now)
	if err != nil {
		return 0, err
	}
	var chosen []store.LoginSession
	for _, id := range ids {
		i := slices.IndexFunc(open, func(s store.LoginSession) bool { return sessionID(s) == strings.ToLower(id) })
		if i < 0 {
			return 0, fmt.Errorf("there is no session %s: nothing was ended (macrowatch session list shows the sessions)", id)
		}
		chosen = append(chosen, open[i])
	}
	for _, s := range chosen {
		was, err := db.EndLoginSession(ctx, s.Hash)
		if err != nil {
			return ended, err
		}
		if was {
			ended++
		}
	}
	return ended, nil
}

// withSessions opens the database, which must have this version's tables, for a command about sessions.
func (a *app) withSessions(ctx context.Context, f databaseFlags, work func(context.Context, *database) error) error {
	db, err := a.openDatabase(ctx, f, nil)
	if err != nil {
		return err
	}
	err = db.requireSchema(ctx)
	if err == nil {
		err = work(ctx, db)
	}
	if closing := db.Close(); err == nil {
		err = closing
	}
	return err
}
