package macro

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// function writes the SQL of one macro, and says how a time series is filled where the macro asks for it.
type function func(c Context, name string, args []string) (sql string, fill *Fill, err error)

// functions are the macros by name. Each also has a row in docs/grafana-support.md and a case in the tests, which fail
// without one.
func functions() map[string]function {
	return map[string]function{
		"__time": ofColumn(func(_ Context, column string) string { return column + ` AS "time"` }),
		"__timeEpoch": ofColumn(func(_ Context, column string) string {
			return "extract(epoch from " + column + `) as "time"`
		}),
		"__timeFilter": ofColumn(func(c Context, column string) string {
			return column + " BETWEEN " + literal(c.From) + " AND " + literal(c.To)
		}),
		"__timeFrom":       ofRange(func(c Context) string { return literal(c.From) }),
		"__timeTo":         ofRange(func(c Context) string { return literal(c.To) }),
		"__timeGroup":      group(timeBucket, ""),
		"__timeGroupAlias": group(timeBucket, asTime),
		"__unixEpochFilter": ofColumn(func(c Context, column string) string {
			return fmt.Sprintf("%s >= %d AND %s <= %d", column, c.From.Unix(), column, c.To.Unix())
		}),
		"__unixEpochNanoFilter": ofColumn(func(c Context, column string) string {
			return fmt.Sprintf("%s >= %d AND %s <= %d", column, c.From.UnixNano(), column, c.To.UnixNano())
		}),
		"__unixEpochNanoFrom":   ofRange(func(c Context) string { return strconv.FormatInt(c.From.UnixNano(), 10) }),
		"__unixEpochNanoTo":     ofRange(func(c Context) string { return strconv.FormatInt(c.To.UnixNano(), 10) }),
		"__unixEpochGroup":      group(epochBucket, ""),
		"__unixEpochGroupAlias": group(epochBucket, asTime),
	}
}

// constants are the macros without arguments. Grafana replaces them first, so they may be used in the
// arguments of other macros.
func constants() map[string]func(Context) int64 {
	return map[string]func(Context) int64{
		"__unixEpochFrom": func(c Context) int64 { return c.From.Unix() },
		"__unixEpochTo":   func(c Context) int64 { return c.To.Unix() },
	}
}

func ofRange(sql func(Context) string) function {
	return func(c Context, _ string, _ []string) (string, *Fill, error) { return sql(c), nil, nil }
}

func ofColumn(sql func(c Context, column string) string) function {
	return func(c Context, name string, args []string) (string, *Fill, error) {
		if len(args) == 0 {
			return "", nil, fmt.Errorf("the macro $%s needs a time column, as in $%s(column)", name, name)
		}
		return sql(c, args[0]), nil, nil
	}
}

func literal(t time.Time) string { return "'" + t.UTC().Format(time.RFC3339Nano) + "'" }

// asTime gives the column of buckets the name time.
const asTime = ` AS "time"`

// group returns a macro that puts the rows of an interval into one bucket. The function `bucket` writes the
// SQL for the bucket of a column's value.
func group(bucket func(c Context, column string, width time.Duration) string, suffix string) function {
	return func(c Context, name string, args []string) (string, *Fill, error) {
		if len(args) < 2 {
			return "", nil, fmt.Errorf("the macro $%s needs a time column and an interval, as in $%s(column, '5m')", name, name)
		}
		width, err := ParseInterval(strings.Trim(args[1], "'"), c.Now)
		if err != nil {
			return "", nil, fmt.Errorf("the macro $%s: %w", name, err)
		}
		var fill *Fill
		if len(args) == 3 {
			if fill, err = parseFill(args[2], width); err != nil {
				return "", nil, fmt.Errorf("the macro $%s: %w", name, err)
			}
		}
		return bucket(c, args[0], width) + suffix, fill, nil
	}
}

func timeBucket(c Context, column string, width time.Duration) string {
	if c.TimescaleDB {
		return fmt.Sprintf("time_bucket('%.3fs',%s)", width.Seconds(), column)
	}
	return floored("extract(epoch from "+column+")", width)
}

func epochBucket(_ Context, column string, width time.Duration) string {
	return floored("("+column+")", width)
}

// floored rounds seconds down to a whole number of widths.
func floored(seconds string, width time.Duration) string {
	size := strconv.FormatFloat(width.Seconds(), 'g', -1, 64)
	return "floor(" + seconds + "/" + size + ")*" + size
}

// parseFill reads the third argument of a group.
func parseFill(arg string, width time.Duration) (*Fill, error) {
	switch arg {
	case "NULL":
		return &Fill{Mode: FillNull, Interval: width}, nil
	case "previous":
		return &Fill{Mode: FillPrevious, Interval: width}, nil
	}
	v, err := strconv.ParseFloat(arg, 64)
	if err != nil {
		return nil, fmt.Errorf("the fill value %q is not NULL, previous or a number", arg)
	}
	return &Fill{Mode: FillValue, Value: v, Interval: width}, nil
}
