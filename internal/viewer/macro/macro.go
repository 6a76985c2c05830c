// Package macro turns the SQL of a Grafana panel into the SQL that PostgreSQL receives. It first replaces dashboard
// variables and $__interval, as Grafana does in the browser. Then it replaces the macros of Grafana's PostgreSQL
// datasource, such as $__timeFilter.
package macro

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/viewer/timerange"
)

// Context has the values from which variables and macros are filled in.
type Context struct {
	// Range is the panel's range of time.
	timerange.Range
	// Now is the reader's now. It decides only how long a month or a year is in $__timeGroup.
	Now time.Time
	// Interval is the width of a bucket, which the function Interval chooses.
	Interval time.Duration
	// TimescaleDB makes $__timeGroup a time_bucket. It must be false if the database does not have the extension.
	TimescaleDB bool
	// Zone is the name of the reader's time zone, "" for UTC.
	Zone string
	// Variables are the dashboard's own variables by name.
	Variables map[string]Variable
}

// FillMode says what the empty buckets of a $__timeGroup with a third argument hold.
type FillMode int

// The fill modes.
const (
	FillNull     FillMode = iota + 1 // NULL
	FillPrevious                     // the value of the bucket before
	FillValue                        // Fill.Value
)

// Fill asks that buckets without a row be put into the result.
type Fill struct {
	Mode  FillMode
	Value float64
	// Interval is the distance between buckets. They are aligned to the epoch.
	Interval time.Duration
}

// Expand returns the statement to send. fill is nil unless a $__timeGroup asks for one. A macro that does not exist, or
// that lacks an argument, is an error whose text is for the reader.
//
// The value of a free variable never becomes SQL. It may stand in three places:
//
//   - inside a plain quoted string ('…$x…'), where its quotes are doubled,
//   - as a string of its own, written ${x:sqlstring}, or as a list of several values,
//   - by itself if it is a plain number.
//
// Any other place is an error. The server must have standard_conforming_strings on, so that a backslash in a plain
// string means itself.
func Expand(sql string, c Context) (out string, fill *Fill, err error) {
	if strings.Contains(sql, mark) {
		return "", nil, errors.New("the query holds a NUL, which PostgreSQL does not accept")
	}
	in := &interpolation{Context: c, sql: true}
	if sql, err = in.fill(sql); err != nil {
		return "", nil, err
	}
	if sql, fill, err = c.callAll(sql); err != nil {
		return "", nil, errors.New(unmarked(err.Error(), in.slots))
	}
	if sql, err = place(sql, in.slots); err != nil {
		return "", nil, err
	}
	return sql, fill, nil
}

// callAll replaces the macros.
func (c Context) callAll(sql string) (out string, fill *Fill, err error) {
	for name, value := range constants() {
		sql = strings.ReplaceAll(sql, "$"+name+"()", strconv.FormatInt(value(c), 10))
	}
	known := functions()
	var b strings.Builder
	for {
		name, args, start, end := nextCall(sql)
		if start < 0 {
			b.WriteString(sql)
			return b.String(), fill, nil
		}
		if strings.Contains(args, "(") {
			return "", nil, fmt.Errorf("the argument of $%s(%s holds a parenthesis, which Grafana's macros can't read", name, args)
		}
		// As in old versions of Grafana, a $__timeGroup before a comma becomes a column named time.
		if name == "__timeGroup" && end < len(sql) && sql[end] == ',' {
			name = "__timeGroupAlias"
		}
		write, ok := known[name]
		if !ok {
			return "", nil, fmt.Errorf("the macro $%s is unknown", name)
		}
		text, f, err := write(c, name, splitArgs(args))
		if err != nil {
			return "", nil, err
		}
		if f != nil {
			fill = f
		}
		b.WriteString(sql[:start])
		b.WriteString(text)
		sql = sql[end:]
	}
}

// nextCall finds the first "$name(args)". start is -1 if there is none.
func nextCall(sql string) (name, args string, start, end int) {
	for i := 0; i < len(sql); i++ {
		if sql[i] != '$' {
			continue
		}
		j := i + 1
		for j < len(sql) && isWord(sql[j]) {
			j++
		}
		if j == i+1 || j == len(sql) || sql[j] != '(' {
			continue
		}
		if k := strings.IndexByte(sql[j:], ')'); k > 0 {
			return sql[i+1 : j], sql[j+1 : j+k], i, j + k + 1
		}
	}
	return "", "", -1, -1
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func splitArgs(s string) []string {
	args := strings.Split(s, ",")
	for i := range args {
		args[i] = strings.TrimSpace(args[i])
	}
	if len(args) == 1 && args[0] == "" {
		return nil
	}
	return args
}
