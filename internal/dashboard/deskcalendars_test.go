package dashboard

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/testkit/testenv"
)

// deskIn returns the rules of a desk in a zone with a calendar.
func deskIn(zone string, calendar desk.Calendar) desk.Rules {
	rules := desk.BuiltInRules()
	rules.Zone, rules.Calendar = zone, calendar
	return rules
}

func days(all ...time.Weekday) []time.Weekday { return all }

// deskCalendars are desks in zones with all kinds of clocks, weekends and holidays.
func deskCalendars() map[string]desk.Rules {
	date := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			panic(err)
		}
		return at
	}
	western, gulf := days(time.Saturday, time.Sunday), days(time.Friday, time.Saturday)
	return map[string]desk.Rules{
		"São Paulo":            desk.BuiltInRules(),
		"London":               deskIn("Europe/London", desk.Calendar{Weekend: western, Holidays: []string{"UK"}, OwnDays: []desk.OwnDay{{Date: date("2026-07-17"), Name: "Offsite"}}}),
		"Dubai":                deskIn("Asia/Dubai", desk.Calendar{Weekend: gulf}),
		"Tel Aviv":             deskIn("Asia/Jerusalem", desk.Calendar{Weekend: gulf, OwnDays: []desk.OwnDay{{Date: date("2026-04-02"), Name: "Passover"}}}),
		"Sunday only":          deskIn("Asia/Kolkata", desk.Calendar{Weekend: days(time.Sunday)}),
		"never closed":         deskIn("America/New_York", desk.Calendar{}),
		"Tokyo":                deskIn("Asia/Tokyo", desk.Calendar{Weekend: western, Holidays: []string{"JP", "NYSE"}}),
		"Beirut":               deskIn("Asia/Beirut", desk.Calendar{Weekend: days(time.Sunday)}),
		"Havana":               deskIn("America/Havana", desk.Calendar{Weekend: days(time.Saturday)}),
		"Lord Howe":            deskIn("Australia/Lord_Howe", desk.Calendar{Weekend: days(time.Wednesday, time.Saturday, time.Sunday), Holidays: []string{"AU"}}),
		"off but on Wednesday": deskIn("Europe/Berlin", desk.Calendar{Weekend: days(time.Thursday, time.Friday, time.Saturday, time.Sunday, time.Monday, time.Tuesday)}),
	}
}

// rendered writes a template of the queries for a desk.
func rendered(t *testing.T, rules desk.Rules, text string) string {
	t.Helper()
	b, err := newBuilder(rules, false)
	if err != nil {
		t.Fatal(err)
	}
	probe, err := b.queries.New("probe").Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var sql strings.Builder
	if err := probe.Execute(&sql, nil); err != nil {
		t.Fatal(err)
	}
	return sql.String()
}

// spansFrom returns random spans of time, many of which begin or end at a day's border. They end before 2028: the working time
// that is written in March 2026 goes to the end of 2027, and TestAnAgeThatBeginsBeforeTheTable has what lies outside.
func spansFrom(r *rand.Rand, zone *time.Location, n int) (from, to []time.Time) {
	end := time.Date(2027, 12, 30, 0, 0, 0, 0, time.UTC)
	for range n {
		a := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.Int64N(11*365*86400)) * time.Second)
		b := a.Add(time.Duration(r.Int64N(1<<uint(1+r.IntN(26)))-100) * time.Second)
		if b.After(end) {
			b = end
		}
		for _, at := range []*time.Time{&a, &b} {
			if r.IntN(3) == 0 {
				local := at.In(zone)
				*at = time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 1000*(r.IntN(3)-1), zone)
			}
		}
		from, to = append(from, a), append(to, b)
	}
	return from, to
}

// queryOf is a query of a desk's dashboards.
func queryOf(t *testing.T, rules desk.Rules, file string) string {
	t.Helper()
	b, err := newBuilder(rules, true)
	if err != nil {
		t.Fatal(err)
	}
	sql, err := b.sql(file, subject{step: "health_check"})
	if err != nil {
		t.Fatal(err)
	}
	return sql
}

// The queries and Rules.BookDay put every instant into the same day, and the first book day of a month is the first that
// is its own.
func TestTheQueriesHaveTheDesksBookDays(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "America/Sao_Paulo")
	for name, rules := range deskCalendars() {
		instants, _ := spansFrom(rand.New(rand.NewPCG(13, 5)), rules.Location(), testenv.Scaled(300, 5000))
		sql := rendered(t, rules, `SELECT ({{template "dayOf" "f"}})::date, {{template "firstBookDay" "month"}}
			FROM unnest($1::timestamptz[]) WITH ORDINALITY s(f, n), LATERAL (SELECT date_trunc('month', f AT TIME ZONE {{zone}}) AS month) m ORDER BY n`)
		rows, err := db.conn.Query(t.Context(), sql, instants)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for rows.Next() {
			var got, first time.Time
			if err := rows.Scan(&got, &first); err != nil {
				t.Fatal(err)
			}
			if want := rules.BookDay(instants[n]); !got.Equal(want) {
				t.Errorf("%s, %v: the book day is %v, want %v", name, instants[n].In(rules.Location()), got, want)
			}
			local := first.In(rules.Location())
			if day := rules.BookDay(first); day.Day() != local.Day() || day.Month() != instants[n].In(rules.Location()).Month() || local.AddDate(0, 0, -1).Month() == local.Month() && rules.BookDay(local.AddDate(0, 0, -1)).Month() == day.Month() {
				t.Errorf("%s, %v: the month begins on %v", name, instants[n].In(rules.Location()), local)
			}
			n++
		}
		if rows.Err() != nil || n != len(instants) {
			t.Fatalf("%d days: %v", n, rows.Err())
		}
	}
}

// The texts of every dashboard name the weekend of the desk, and no other.
func TestTheTextsNameTheWeekendOfTheDesk(t *testing.T) {
	t.Parallel()
	rules := deskIn("Asia/Dubai", desk.Calendar{Weekend: days(time.Friday, time.Saturday)})
	all, more := definitions(t, rules)
	named := 0
	for _, d := range append(all, more...) {
		text, err := JSON(d)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "Sunday") {
			t.Errorf("%s speaks of Sunday", d.UID)
		}
		named += strings.Count(string(text), "Friday")
	}
	if named == 0 {
		t.Error("no dashboard names the weekend")
	}
}
