package dialect_test

import (
	"strings"
	"testing"

	"macrowatch/internal/record/dialect"
)

func dayFile(days ...string) string {
	return "instrument\tdate\tprice\nA\t" + strings.Join(days, "\t1\nA\t") + "\t1\n"
}

func timeFile(times ...string) string {
	return "strategy_id\tinstrument\tdirection\tconfidence\tgenerated_at\nS\tA\tLONG\t1\t" + strings.Join(times, "\nS\tA\tLONG\t1\t") + "\n"
}

// formCase is the cells of a column, and what they mean; or the error with which their file is refused.
type formCase struct {
	name    string
	cells   []string
	options dialect.Options
	want    []string
	refused string
}

func (c formCase) test(t *testing.T, file string, columns []dialect.Column, column int) {
	t.Helper()
	rows, _, err := read(file, columns, c.options)
	if c.refused != "" {
		if err == nil || !strings.Contains(err.Error(), c.refused) {
			t.Errorf("%q: %q %v, want %s", c.cells, rows, err, c.refused)
		}
		return
	}
	if err != nil {
		t.Fatalf("%q: %v", c.cells, err)
	}
	for n, row := range strings.Split(rows, "\n") {
		fault, isFault := strings.CutPrefix(row, "<")
		if isFault && strings.Contains(fault, c.want[n]) && c.want[n] != "" {
			continue
		}
		cells := strings.Fields(row)
		if isFault || cells[column] != c.want[n] {
			t.Errorf("%q is %s, want %s", c.cells[n], row, c.want[n])
		}
	}
}

func TestDaysOfAFile(t *testing.T) {
	t.Parallel()
	dmy, mdy, ymd := dialect.Options{DateOrder: "dmy"}, dialect.Options{DateOrder: "mdy"}, dialect.Options{DateOrder: "ymd"}
	for _, c := range []formCase{
		{"the year first", []string{"2026-03-02", "2026/3/2", "2026.03.02", "20260302"}, dialect.Options{}, []string{"2026-03-02", "2026-03-02", "2026-03-02", "2026-03-02"}, ""},
		{"one day settles the others", []string{"02/03/2026", "31/03/2026"}, dialect.Options{}, []string{"2026-03-02", "2026-03-31"}, ""},
		{"one month settles the others", []string{"02-03-2026", "03-31-2026"}, dialect.Options{}, []string{"2026-02-03", "2026-03-31"}, ""},
		{"points", []string{"2.3.2026", "31.3.2026"}, dialect.Options{}, []string{"2026-03-02", "2026-03-31"}, ""},
		{"nothing settles it", []string{"02/03/2026", "2026-03-31"}, dialect.Options{}, nil, `line 2, date "02/03/2026": 2026-03-02 or 2026-02-03? No date of the file says which; --date-order dmy or --date-order mdy settles it`},
		{"nothing has to", []string{"02/02/2026", "2026-03-31"}, dialect.Options{}, []string{"2026-02-02", "2026-03-31"}, ""},
		{"the option settles it", []string{"02/03/2026"}, dmy, []string{"2026-03-02"}, ""},
		{"the other option settles it", []string{"02/03/2026"}, mdy, []string{"2026-02-03"}, ""},
		{"an option that does not fit", []string{"31/03/2026", "03/31/2026"}, dmy, []string{"2026-03-31", "not a day in the order day, month, year"}, ""},
		{"an option that fits none", []string{"31/03/2026"}, ymd, []string{"not a day in the order year, month, day"}, ""},
		{"days that contradict each other", []string{"31/03/2026", "03/31/2026"}, dialect.Options{}, nil, `line 3, date "03/31/2026": the month stands first, but line 2 has 31/03/2026, where the day does`},
		{"years of two digits", []string{"31/03/26"}, dialect.Options{}, nil, "a year of two digits; --date-order dmy, mdy or ymd says what is what"},
		{"years of two digits, settled", []string{"31/03/26", "31/12/69"}, dmy, []string{"2026-03-31", "1969-12-31"}, ""},
		{"years of two digits, first", []string{"26-03-31"}, ymd, []string{"2026-03-31"}, ""},
		{"English months", []string{"Jan 02, 2026", "02-Mar-2026", "2 September 2026", "2026-Dec-31"}, dialect.Options{}, []string{"2026-01-02", "2026-03-02", "2026-09-02", "2026-12-31"}, ""},
		{"Portuguese months", []string{"02/fev/2026", "2 de fev. de 2026", "31 de março de 2026", "01-set-2026", "1 dez 2026"}, dialect.Options{}, []string{"2026-02-02", "2026-02-02", "2026-03-31", "2026-09-01", "2026-12-01"}, ""},
		{"a month that is none", []string{"02 Marble 2026"}, dialect.Options{}, []string{"02"}, ""},
		{"a month with a year of two digits", []string{"02-Mar-26"}, dialect.Options{}, nil, "a year of two digits"},
		{"midnight after the day", []string{"2026-03-31 00:00:00", "2026-03-31 00:00:00-03:00", "2026-03-31T00:00:00.000Z"}, dialect.Options{}, []string{"2026-03-31", "2026-03-31", "2026-03-31"}, ""},
		{"a time after the day", []string{"2026-03-31 09:30:00"}, dialect.Options{}, []string{"has a time of the day; expected is a day"}, ""},
		{"a day number of a spreadsheet", []string{"46112"}, dialect.Options{}, []string{"a day number of a spreadsheet"}, ""},
		{"milliseconds at midnight", []string{"1774915200000", "1774828800000"}, dialect.Options{}, []string{"2026-03-31", "2026-03-30"}, ""},
		{"milliseconds within a day", []string{"1774948800000"}, dialect.Options{}, []string{"is 2026-03-31T09:20:00Z, a time within a day"}, ""},
		{"no days", []string{"31/02/2026", "31/31/2026", "2026-13-01", "soon", "2026-03", "12026-03-31"}, dmy, []string{"not a day in the order", "31/31/2026", "2026-13-01", "soon", "2026-03", "12026-03-31"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.test(t, dayFile(c.cells...), prices(), 2) })
	}
}

func TestTimesOfAFile(t *testing.T) {
	t.Parallel()
	for _, c := range []formCase{
		{"as ISO 8601", []string{"2026-03-31T09:00:00Z", "2026-03-31 06:00:00-03:00", "2026-03-31T06:00:00.123-0300"}, dialect.Options{}, []string{"2026-03-31T09:00:00Z", "2026-03-31T06:00:00-03:00", "2026-03-31T06:00:00.123-03:00"}, ""},
		{"without seconds", []string{"2026-03-31 06:00", "2026-03-31T06:00Z"}, dialect.Options{}, []string{"2026-03-31T06:00:00", "2026-03-31T06:00:00Z"}, ""},
		{"day first", []string{"02/03/2026 18:00:05", "31/03/2026 18:00"}, dialect.Options{}, []string{"2026-03-02T18:00:05", "2026-03-31T18:00:00"}, ""},
		{"day and time with an open order", []string{"02/03/2026 18:00:05"}, dialect.Options{}, nil, "--date-order dmy or --date-order mdy settles it"},
		{"twelve hours", []string{"03/31/2026 6:00:05 PM", "03/31/2026 12:00 AM", "03/31/2026 12:30 p.m."}, dialect.Options{}, []string{"2026-03-31T18:00:05", "2026-03-31T00:00:00", "2026-03-31T12:30:00"}, ""},
		{"13 o'clock of twelve", []string{"03/31/2026 13:00 PM"}, dialect.Options{}, []string{"03/31/2026"}, ""},
		{"zones", []string{"31/03/2026 18:00 UTC", "31/03/2026 18:00 -03", "31/03/2026 18:00 GMT"}, dialect.Options{}, []string{"2026-03-31T18:00:00Z", "2026-03-31T18:00:00-03:00", "2026-03-31T18:00:00Z"}, ""},
		{"a decimal comma in seconds", []string{"2026-03-31 18:00:05,25Z"}, dialect.Options{}, []string{"2026-03-31T18:00:05.25Z"}, ""},
		{"a month's name", []string{"31 mar 2026 18:00"}, dialect.Options{}, []string{"2026-03-31T18:00:00"}, ""},
		{"seconds", []string{"1774948800", "1774948800.25"}, dialect.Options{}, []string{"2026-03-31T09:20:00Z", "2026-03-31T09:20:00.25Z"}, ""},
		{"milliseconds", []string{"1774948800123"}, dialect.Options{}, []string{"2026-03-31T09:20:00.123Z"}, ""},
		{"microseconds", []string{"1774948800123456"}, dialect.Options{}, []string{"2026-03-31T09:20:00.123456Z"}, ""},
		{"nanoseconds", []string{"1774948800123456789"}, dialect.Options{}, []string{"2026-03-31T09:20:00.123456789Z"}, ""},
		{"one number settles the unit of the others", []string{"86400000", "1774948800000"}, dialect.Options{}, []string{"1970-01-02T00:00:00Z", "2026-03-31T09:20:00Z"}, ""},
		{"nothing settles the unit", []string{"86400000"}, dialect.Options{}, nil, "in which unit? It means 1972-09-27T00:00:00Z in s, 1970-01-02T00:00:00Z in ms, 1970-01-01T00:01:26Z in us, 1970-01-01T00:00:00Z in ns; --epoch s, ms, us or ns settles it"},
		{"the option settles it", []string{"86400000"}, dialect.Options{Epoch: "ms"}, []string{"1970-01-02T00:00:00Z"}, ""},
		{"units that contradict each other", []string{"1774948800", "1774948800000"}, dialect.Options{}, nil, "looks like ms since 1970, but line 2 has 1774948800, which looks like s"},
		{"a day without a time", []string{"31/03/2026"}, dialect.Options{}, []string{"31/03/2026"}, ""},
		{"no times", []string{"25:00", "2026-03-31 25:00", "noon"}, dialect.Options{}, []string{"25:00", "2026-03-31", "noon"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.test(t, timeFile(c.cells...), signals(), 5) })
	}
}
