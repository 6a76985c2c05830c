package macro

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

func (c Context) call(name string, args []string) (string, *Fill, error) {
	from, to := c.From.UTC(), c.To.UTC()
	switch name {
	case "__timeFrom":
		return literal(from), nil, nil
	case "__timeTo":
		return literal(to), nil, nil
	case "__unixEpochNanoFrom":
		return strconv.FormatInt(from.UnixNano(), 10), nil, nil
	case "__unixEpochNanoTo":
		return strconv.FormatInt(to.UnixNano(), 10), nil, nil
	case "__timeGroup", "__timeGroupAlias", "__unixEpochGroup", "__unixEpochGroupAlias":
		return c.group(name, args)
	}
	if !strings.Contains(" __time __timeEpoch __timeFilter __unixEpochFilter __unixEpochNanoFilter ", " "+name+" ") {
		return "", nil, fmt.Errorf("the macro $%s is unknown", name)
	}
	if len(args) == 0 {
		return "", nil, fmt.Errorf("the macro $%s needs a time column, as in $%s(column)", name, name)
	}
	col := args[0]
	switch name {
	case "__time":
		return col + ` AS "time"`, nil, nil
	case "__timeEpoch":
		return "extract(epoch from " + col + `) as "time"`, nil, nil
	case "__timeFilter":
		return col + " BETWEEN " + literal(from) + " AND " + literal(to), nil, nil
	case "__unixEpochFilter":
		return fmt.Sprintf("%s >= %d AND %s <= %d", col, from.Unix(), col, to.Unix()), nil, nil
	}
	return fmt.Sprintf("%s >= %d AND %s <= %d", col, from.UnixNano(), col, to.UnixNano()), nil, nil
}

func literal(t time.Time) string { return "'" + t.Format(time.RFC3339Nano) + "'" }

func (c Context) group(name string, args []string) (string, *Fill, error) {
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
	seconds := strconv.FormatFloat(width.Seconds(), 'g', -1, 64)
	var text string
	switch {
	case strings.HasPrefix(name, "__unixEpoch"):
		text = "floor((" + args[0] + ")/" + seconds + ")*" + seconds
	case c.TimescaleDB:
		text = fmt.Sprintf("time_bucket('%.3fs',%s)", width.Seconds(), args[0])
	default:
		text = "floor(extract(epoch from " + args[0] + ")/" + seconds + ")*" + seconds
	}
	if strings.HasSuffix(name, "Alias") {
		text += ` AS "time"`
	}
	return text, fill, nil
}

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
