//go:build linux || darwin

package privatepg

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestEachRoleHasItsOwnPassword(t *testing.T) {
	t.Parallel()
	s := open(t, testConfig(newDir(t)))
	secrets := map[string]string{superuser: s.secrets.Superuser, ownerName: s.secrets.Owner, readerName: s.secrets.Reader, viewerName: s.secrets.Viewer}
	for role := range secrets {
		for of, secret := range secrets {
			_, err := tryQuery(t.Context(), socketURL(s.socketDir, role, secret, databaseName, URLForm{}), "select 'in'")
			if want := of == role; want != (err == nil) || !want && !refusesPassword(err) {
				t.Errorf("%s with the password of %s: %v", role, of, err)
			}
		}
	}
	for _, url := range []string{s.OwnerURL(), s.readerURL()} {
		if strings.Contains(url, s.secrets.Superuser) {
			t.Errorf("a URL holds the superuser's password: %s", url)
		}
	}
}

func TestOnlySCRAMLetsAnybodyIn(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	// PostgreSQL's own file has no effect.
	if err := os.WriteFile(l.pgdata()+"/pg_hba.conf", []byte("local all all trust\nhost all all 0.0.0.0/0 trust\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, testConfig(l.dir))
	got := query(t, s.SuperuserURL(), `select string_agg(concat_ws(' ', type, database[1], user_name[1], address, auth_method, error), '; ' order by line_number) from pg_hba_file_rules`)
	if want := "local all all scram-sha-256; host all all 127.0.0.1 scram-sha-256"; got != want {
		t.Errorf("the rules are %q, want %q", got, want)
	}
}

// tried runs statements, and returns the error of the first one that fails.
func tried(ctx context.Context, url string, statements ...string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func TestReaderCanChangeNothing(t *testing.T) {
	t.Parallel()
	s := open(t, testConfig(newDir(t)))
	run(t, s.OwnerURL(), "create table kept as select 'still here' as word")
	run(t, s.OwnerURL(), "grant select on kept to "+readerName)
	reader := s.readerURL()
	if got := query(t, reader, "select word from kept"); got != "still here" {
		t.Errorf("it reads %q", got)
	}
	if got := query(t, reader, `select concat_ws(' ', rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolconnlimit,
		current_setting('default_transaction_read_only'), current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout'))
		from pg_roles where rolname = current_user`); got != "f f f f f 20 on 30s 1min" {
		t.Errorf("the reader is %q", got)
	}
	// The reader can make its transactions writable. Its rights must prevent the writing.
	const writing = "set default_transaction_read_only = off"
	for _, statements := range [][]string{
		{"delete from kept"},
		{writing, "delete from kept"},
		{writing, "insert into kept values ('x')"},
		{writing, "truncate kept"},
		{writing, "drop table kept"},
		{writing, "create table mine (x int)"},
		{writing, "create temporary table mine (x int)"},
		{writing, "create schema mine"},
		{writing, "create database mine"},
		{writing, "create role mine"},
		{writing, "copy kept from program 'echo x'"},
		{writing, "copy kept to program 'cat'"},
		{writing, "alter role " + readerName + " superuser"},
		{writing, "set role " + ownerName},
		{"select pg_read_file('PG_VERSION')"},
		{"select pg_ls_dir('.')"},
		{"select rolpassword from pg_authid"},
	} {
		t.Run(statements[len(statements)-1], func(t *testing.T) {
			if err := tried(t.Context(), reader, statements...); err == nil {
				t.Errorf("the reader may %v", statements)
			}
		})
	}
	for _, database := range []string{"postgres", "template1"} {
		if err := tried(t.Context(), socketURL(s.socketDir, readerName, s.secrets.Reader, database, URLForm{})); err == nil {
			t.Errorf("the reader may enter %s", database)
		}
	}
}

func TestOwnerIsNoSuperuser(t *testing.T) {
	t.Parallel()
	s := open(t, testConfig(newDir(t)))
	run(t, s.OwnerURL(), "create table kept (word text)")
	for _, statement := range []string{
		"copy kept from program 'echo x'", "copy kept to '/tmp/x'", "select pg_read_file('PG_VERSION')",
		"alter role " + superuser + " password 'x'", "alter role " + ownerName + " superuser", "set role " + superuser, "create role mine",
	} {
		t.Run(statement, func(t *testing.T) {
			if err := tried(t.Context(), s.OwnerURL(), statement); err == nil {
				t.Errorf("the owner may %s", statement)
			}
		})
	}
}
