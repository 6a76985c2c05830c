//go:build linux || darwin

package privatepg

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// checkInOrder expects that every role can connect with its password, and has the settings that macrowatch gave it.
func checkInOrder(t *testing.T, s *Server) {
	t.Helper()
	const state = "select concat_ws(' ', current_user, current_setting('default_transaction_read_only'), current_setting('search_path'), current_setting('statement_timeout'), current_setting('temp_file_limit'))"
	for url, want := range map[string]string{
		s.OwnerURL():  `macrowatch off "$user", public 0 -1`,
		s.readerURL(): `macrowatch_reader on "$user", public 30s 2GB`,
		s.ViewerURL(): `macrowatch_viewer on "$user", public 30s 2GB`,
	} {
		if got, err := tryQuery(t.Context(), url, state); err != nil || got != want {
			t.Errorf("a role is %q, %v; want %q", got, err, want)
		}
	}
	if got := query(t, s.SuperuserURL(), "select concat_ws(' ', pg_get_userbyid(datdba), datallowconn, datconnlimit) from pg_database where datname = 'macrowatch'"); got != "macrowatch t -1" {
		t.Errorf("the database is %q", got)
	}
}

// A person who has the reader's or the owner's URL can change that role. The owner can change the database too. The
// next start puts them in order again, and so does the next process that joins.
func TestWhatALoginDoesToItselfIsUndone(t *testing.T) {
	t.Parallel()
	const writing = "set default_transaction_read_only = off"
	reader, owner := (*Server).readerURL, (*Server).OwnerURL
	for name, did := range map[string]struct {
		as         func(*Server) string
		statements []string
	}{
		"reader's password":          {reader, []string{writing, "alter role macrowatch_reader password 'foo'"}},
		"reader without a password":  {reader, []string{writing, "alter role macrowatch_reader password null"}},
		"reader's search path":       {reader, []string{writing, "alter role macrowatch_reader set search_path = 'nowhere'"}},
		"reader's limits lifted":     {reader, []string{writing, "alter role macrowatch_reader reset all"}},
		"reader's limit to nothing":  {reader, []string{writing, "alter role macrowatch_reader set statement_timeout = 1"}},
		"reader in the database":     {reader, []string{writing, "alter role macrowatch_reader in database macrowatch set default_transaction_read_only = off"}},
		"reader's role":              {reader, []string{writing, "alter role macrowatch_reader set role = 'macrowatch_reader'"}},
		"owner's password":           {owner, []string{"alter role macrowatch password 'zzz'"}},
		"owner's read-only mode":     {owner, []string{"alter role macrowatch set default_transaction_read_only = on"}},
		"owner in the database":      {owner, []string{"alter role macrowatch in database macrowatch set search_path = 'nowhere'"}},
		"database's search path":     {owner, []string{"alter database macrowatch set search_path = 'nowhere'"}},
		"database's statement limit": {owner, []string{"alter database macrowatch set statement_timeout = 1"}},
		"database closed to PUBLIC":  {owner, []string{"revoke all on database macrowatch from public"}},
		"database closed to itself":  {owner, []string{"revoke all on database macrowatch from macrowatch, public"}},
		"database's limit":           {owner, []string{"alter database macrowatch connection limit 0"}},
		"database a template":        {owner, []string{"alter database macrowatch is_template true"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := closedDir(t)
			s := open(t, testConfig(l.dir))
			checkInOrder(t, s)
			if err := tried(t.Context(), did.as(s), did.statements...); err != nil {
				t.Fatal(err)
			}
			joined := open(t, testConfig(l.dir))
			checkInOrder(t, joined)
			if err := tried(t.Context(), did.as(s), did.statements...); err != nil {
				t.Fatal(err)
			}
			for _, user := range []*Server{joined, s} {
				if err := user.Close(); err != nil {
					t.Fatal(err)
				}
			}
			checkInOrder(t, open(t, testConfig(l.dir)))
		})
	}
}

func TestDatabaseThatItsOwnerClosedIsOpened(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	s := open(t, testConfig(l.dir))
	run(t, s.OwnerURL(), "create database mine")
	run(t, socketURL(s.socketDir, ownerName, s.secrets.Owner, "mine", URLForm{}), "alter database macrowatch allow_connections false")
	checkInOrder(t, open(t, testConfig(l.dir)))
}

func TestReadersSessionsLeaveTheViewerItsOwn(t *testing.T) {
	t.Parallel()
	s := open(t, testConfig(closedDir(t).dir))
	refusedAt := 0
	for n := 1; n <= 25; n++ {
		conn, err := pgx.Connect(t.Context(), s.readerURL())
		if err != nil {
			refusedAt = n
			break
		}
		defer conn.Close(t.Context())
	}
	if refusedAt == 0 {
		t.Error("the reader may have 25 sessions")
	}
	if got := query(t, s.ViewerURL(), "select current_user"); got != viewerName {
		t.Errorf("the viewer is %s", got)
	}
}

// The roles whose URLs are printed can't change the viewer's role.
func TestNobodyElseChangesTheViewer(t *testing.T) {
	t.Parallel()
	s := open(t, testConfig(closedDir(t).dir))
	for _, url := range []string{s.readerURL(), s.OwnerURL()} {
		for _, statement := range []string{
			"alter role macrowatch_viewer password 'x'", "alter role macrowatch_viewer set search_path = 'nowhere'", "set role macrowatch_viewer",
			"revoke macrowatch_reader from macrowatch_viewer", "drop role macrowatch_viewer", "grant macrowatch_viewer to macrowatch",
		} {
			if err := tried(t.Context(), url, "set default_transaction_read_only = off", statement); err == nil {
				t.Errorf("%s is allowed", statement)
			}
		}
	}
	if got := query(t, s.ViewerURL(), "select current_user"); got != viewerName {
		t.Errorf("the viewer is %s", got)
	}
}

// A process that joins a server that is in order writes nothing: each run of exec joins.
func TestJoiningChangesNothing(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	s := open(t, testConfig(l.dir))
	const state = "select md5(string_agg(concat_ws(' ', rolname, xmin, rolpassword), ',' order by rolname)) from pg_authid"
	before := query(t, s.SuperuserURL(), state)
	open(t, testConfig(l.dir))
	if after := query(t, s.SuperuserURL(), state); after != before {
		t.Error("the roles were written anew")
	}
}

func TestStoredPasswordIsRecognised(t *testing.T) {
	t.Parallel()
	const verifier = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
	for _, c := range []struct {
		name, password, verifier string
		want                     bool
	}{
		{"the password", "pencil", verifier, true},
		{"another password", "pencil2", verifier, false},
		{"no password", "", verifier, false},
		{"no verifier", "pencil", "", false},
		{"MD5", "pencil", "md5d41d8cd98f00b204e9800998ecf8427e", false},
		{"no iterations", "pencil", "SCRAM-SHA-256$0:W22ZaJ0SNY7soEsUEjb6gQ==$x:y", false},
		{"not base64", "pencil", "SCRAM-SHA-256$4096:!$!:!", false},
		{"broken off", "pencil", "SCRAM-SHA-256$4096", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := isPassword(c.password, c.verifier); got != c.want {
				t.Errorf("%q for %q: %t", c.password, c.verifier, got)
			}
		})
	}
}
