package query

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// send sends a statement with the transaction around it as one message, and returns the results from the statement's own on. Its columns
// come in the given forms, or as texts if there are none.
//
// The server passes over whatever follows an error in the message. So the statement runs only if the transaction has begun and
// has all its limits. The end of the transaction is passed over too if the statement fails: rollback makes up for it.
func (r *Runner) send(ctx context.Context, conn *pgconn.PgConn, sql string, forms []int16) (*pgconn.MultiResultReader, error) {
	direct, err := isDirect(ctx, conn)
	if err != nil {
		return nil, err
	}
	before := r.begin(conn, direct)
	var message pgconn.Batch
	for _, statement := range before {
		message.ExecParams(statement, nil, nil, nil, nil)
	}
	message.ExecParams(sql, nil, nil, nil, forms)
	if direct {
		message.ExecParams("ROLLBACK", nil, nil, nil, nil)
	}
	results := conn.ExecBatch(ctx, &message)
	for range before {
		if !results.NextResult() {
			defer rollback(ctx, conn)
			return nil, results.Close()
		}
		_, _ = results.ResultReader().Close() // results has its error too
	}
	return results, nil
}

// begin returns the statements that begin a transaction and limit it. They end with the transaction, so no statement before has changed
// them, and a pooler takes them to no other session.
func (r *Runner) begin(conn *pgconn.PgConn, direct bool) []string {
	statements := []string{
		"BEGIN READ ONLY",
		fmt.Sprintf("SET LOCAL statement_timeout = %d", r.timeout.Milliseconds()),
		fmt.Sprintf("SET LOCAL lock_timeout = %d", r.lockTimeout.Milliseconds()),
		// This package reads floats in the form that this gives. Before PostgreSQL 12 it was not the usual one.
		"SET LOCAL extra_float_digits = 1",
		"SET LOCAL jit = off", // compiling a panel's query takes longer than running it
	}
	// This package reads dates in the form ISO. A reader's text stands in quotes, where standard_conforming_strings makes a
	// backslash mean itself. The server says how it has set these two, but a pooler may then take another session.
	if !direct || !strings.HasPrefix(conn.ParameterStatus("DateStyle"), "ISO") {
		statements = append(statements, "SET LOCAL datestyle = ISO")
	}
	if !direct || conn.ParameterStatus("standard_conforming_strings") != "on" {
		statements = append(statements, "SET LOCAL standard_conforming_strings = on")
	}
	// A database with the encoding SQL_ASCII may hold bytes that are not UTF-8. The server would refuse to send them
	// to a client that asks for UTF-8.
	if conn.ParameterStatus("server_encoding") == "SQL_ASCII" {
		statements = append(statements, "SET LOCAL client_encoding = SQL_ASCII")
	}
	return statements
}

// directKey is the key of what isDirect knows of a connection.
const directKey = "macrowatch: no pooler stands before the server"

// isDirect reports whether no pooler stands between this program and the server. A pooler gives its clients process numbers of its own.
// It is asked once for each connection.
//
// Behind a pooler, a transaction must not end before this side has read its rows: a request to cancel it might otherwise reach
// the transaction of another client, who has got the session since.
func isDirect(ctx context.Context, conn *pgconn.PgConn) (bool, error) {
	known := conn.CustomData()
	if direct, asked := known[directKey].(bool); asked {
		return direct, nil
	}
	answer := conn.ExecParams(ctx, "SELECT pg_catalog.pg_backend_pid()", nil, nil, nil, nil).Read()
	if answer.Err != nil {
		return false, answer.Err
	}
	direct := string(answer.Rows[0][0]) == strconv.FormatUint(uint64(conn.PID()), 10)
	known[directKey] = direct
	return direct, nil
}

// rollback ends the transaction if it is still open, even after its context has ended, so that the connection can be used again.
func rollback(ctx context.Context, conn *pgconn.PgConn) {
	const idle = 'I'
	if conn.IsClosed() || conn.TxStatus() == idle {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = conn.Exec(ctx, "ROLLBACK").Close() // a connection that can't roll back is closed by the pool
}
