package desk_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/testkit/testenv"
)

// deskOf returns a desk in a zone with a calendar.
func deskOf(zone string, weekend []time.Weekday, holidays []string, ownDays ...string) desk.Rules {
	rules := desk.BuiltInRules()
	rules.Zone, rules.Calendar = zone, desk.Calendar{Weekend: weekend, Holidays: holidays}
	for _, day := range ownDays {
		date, err := time.Parse(time.DateOnly, day)
		if err != nil {
			panic(err)
		}
		rules.Calendar.OwnDays = append(rules.Calendar.OwnDays, desk.OwnDay{Date: date, Name: "Offsite"})
	}
	return rules
}

func workdaysOf(t *testing.T, rules desk.Rules) *desk.Workdays {
	t.Helper()
	workdays, err := rules.Workdays()
	if err != nil {
		t.Fatal(err)
	}
	return workdays
}

// clock reads a date and time of a desk's clock.
func clock(t *testing.T, rules desk.Rules, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, rules.Location())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

var (
	westernWeekend = []time.Weekday{time.Saturday, time.Sunday}
	gulfWeekend    = []time.Weekday{time.Friday, time.Saturday}
	sundayOnly     = []time.Weekday{time.Sunday}
)

func TestOnlyWorkingDaysAge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		rules    desk.Rules
		from, to string
		want     string
	}{
		{"São Paulo, a weekend", desk.BuiltInRules(), "2026-06-12 18:00", "2026-06-15 09:00", "15h"},
		{"São Paulo, Monday night", desk.BuiltInRules(), "2026-06-12 18:00", "2026-06-15 23:00", "29h"},
		{"São Paulo, Tuesday after Carnival Monday", desk.BuiltInRules(), "2026-02-13 19:00", "2026-02-17 23:00", "5h"},
		{"São Paulo, Ash Wednesday", desk.BuiltInRules(), "2026-02-13 19:00", "2026-02-18 12:00", "17h"},
		{"São Paulo, within Carnival", desk.BuiltInRules(), "2026-02-16 03:00", "2026-02-17 20:00", "0s"},
		{"São Paulo, Corpus Christi in mid-week", desk.BuiltInRules(), "2026-06-03 12:00", "2026-06-05 12:00", "24h"},
		{"London, the day after Easter Monday", deskOf("Europe/London", westernWeekend, []string{"UK"}), "2026-04-02 17:00", "2026-04-07 09:00", "16h"},
		{"London, a weekend in which the clock goes forward", deskOf("Europe/London", westernWeekend, nil), "2026-03-27 12:00", "2026-03-30 12:00", "24h"},
		{"London without a weekend, the clock goes forward", deskOf("Europe/London", nil, nil), "2026-03-28 12:00", "2026-03-29 12:00", "23h"},
		{"London, Sunday works and the clock goes back", deskOf("Europe/London", []time.Weekday{time.Saturday}, nil), "2026-10-24 12:00", "2026-10-26 00:00", "25h"},
		{"a Gulf desk, its weekend", deskOf("Asia/Dubai", gulfWeekend, nil), "2026-06-11 18:00", "2026-06-14 08:00", "14h"},
		{"a Gulf desk, a western weekend", deskOf("Asia/Dubai", gulfWeekend, nil), "2026-06-13 18:00", "2026-06-15 08:00", "32h"},
		{"Tel Aviv, the clock goes forward on a Friday off", deskOf("Asia/Jerusalem", gulfWeekend, nil), "2026-03-26 12:00", "2026-03-29 12:00", "24h"},
		{"a desk that is off on Sundays", deskOf("Asia/Kolkata", sundayOnly, nil), "2026-06-12 18:00", "2026-06-15 18:00", "48h"},
		{"a desk that never closes", deskOf("UTC", nil, nil), "2026-06-12 18:00", "2026-06-15 18:00", "72h"},
		{"an offsite", deskOf("UTC", westernWeekend, nil, "2026-06-12"), "2026-06-11 18:00", "2026-06-15 06:00", "12h"},
		{"New York, two markets' holidays", deskOf("America/New_York", westernWeekend, []string{"NYSE", "UK"}), "2026-04-02 12:00", "2026-04-07 12:00", "24h"},
		{"Tokyo, Golden Week", deskOf("Asia/Tokyo", westernWeekend, []string{"JP"}), "2026-05-01 12:00", "2026-05-07 12:00", "24h"},
		{"a day off in the middle of the week", deskOf("UTC", []time.Weekday{time.Wednesday}, nil), "2026-06-09 12:00", "2026-06-11 12:00", "24h"},
		{"the end before the beginning", desk.BuiltInRules(), "2026-06-15 12:00", "2026-06-12 12:00", "0s"},
		{"Beirut, a Sunday whose midnight is skipped", deskOf("Asia/Beirut", []time.Weekday{time.Sunday}, nil), "2026-03-28 12:00", "2026-03-30 12:00", "24h"},
		{"Beirut, a Saturday before a skipped midnight", deskOf("Asia/Beirut", []time.Weekday{time.Saturday}, nil), "2026-03-28 12:00", "2026-03-29 12:00", "11h"},
		{"Havana, a Sunday whose midnight comes twice", deskOf("America/Havana", []time.Weekday{time.Sunday}, nil), "2026-10-31 12:00", "2026-11-02 12:00", "24h"},
		{"Havana, a Saturday before a midnight that comes twice", deskOf("America/Havana", []time.Weekday{time.Saturday}, nil), "2026-10-31 12:00", "2026-11-01 12:00", "13h"},
		{"Apia, the Friday that was left out", deskOf("Pacific/Apia", westernWeekend, nil), "2011-12-29 12:00", "2012-01-02 12:00", "24h"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			workdays := workdaysOf(t, c.rules)
			from, to := clock(t, c.rules, c.from), clock(t, c.rules, c.to)
			want, err := time.ParseDuration(c.want)
			if err != nil {
				t.Fatal(err)
			}
			if got := workdays.Age(from, to); got != want {
				t.Errorf("the age is %v, want %v", got, want)
			}
			if workdays.Older(from, to, want) || want > 0 && !workdays.Older(from, to, want-time.Nanosecond) {
				t.Errorf("it is older than %v: %t, and than a nanosecond less: %t", want, workdays.Older(from, to, want), workdays.Older(from, to, want-time.Nanosecond))
			}
		})
	}
}

// What the database keeps must give the same age as counting day by day.
func TestStretchesGiveTheSameAge(t *testing.T) {
	t.Parallel()
	first, until := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, rules := range []desk.Rules{
		desk.BuiltInRules(), deskOf("Europe/London", westernWeekend, []string{"UK"}, "2026-07-17"), deskOf("Asia/Jerusalem", gulfWeekend, nil),
		deskOf("Asia/Beirut", sundayOnly, nil), deskOf("America/Havana", nil, nil, "2026-11-01", "2018-03-11"),
		deskOf("Australia/Lord_Howe", []time.Weekday{time.Wednesday, time.Sunday}, []string{"AU"}), deskOf("UTC", nil, nil),
	} {
		t.Run(rules.Zone, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(13, 1))
			workdays := workdaysOf(t, rules)
			stretches := workdays.Stretches(first, until)
			worked := func(at time.Time) time.Duration {
				n, found := slices.BinarySearchFunc(stretches, at, func(s desk.WorkingStretch, at time.Time) int { return s.BeginsAt.Compare(at) })
				if !found {
					n--
				}
				s := stretches[n]
				if !at.Before(s.NextAt) {
					t.Errorf("%v lies in no stretch and between no two", at)
				}
				if at.After(s.EndsAt) {
					at = s.EndsAt
				}
				return s.Before + at.Sub(s.BeginsAt)
			}
			for range testenv.Scaled(200, 4000) {
				from := first.AddDate(0, 0, 7).Add(time.Duration(r.Int64N(10*365*86400)) * time.Second)
				to := from.Add(time.Duration(r.Int64N(1<<uint(r.IntN(24)))) * time.Second)
				if got, want := worked(to)-worked(from), workdays.Age(from, to); got != want {
					t.Fatalf("from %v to %v: %v, want %v", from.In(rules.Location()), to.In(rules.Location()), got, want)
				}
			}
		})
	}
}

func TestTheHourOfTheWorkingDayBefore(t *testing.T) {
	t.Parallel()
	gulf := deskOf("Asia/Dubai", gulfWeekend, nil)
	for _, c := range []struct {
		rules    desk.Rules
		at, want string
	}{
		{desk.BuiltInRules(), "2026-11-27 07:30", "2026-11-26 07:30"},
		{desk.BuiltInRules(), "2026-11-28 07:30", "2026-11-27 07:30"}, // Saturday
		{desk.BuiltInRules(), "2026-11-29 09:00", "2026-11-27 09:00"},
		{desk.BuiltInRules(), "2026-11-30 07:30", "2026-11-27 07:30"},
		{desk.BuiltInRules(), "2026-02-18 13:00", "2026-02-13 13:00"}, // Ash Wednesday
		{gulf, "2026-06-14 08:00", "2026-06-11 08:00"},                // Sunday
		{gulf, "2026-06-15 08:00", "2026-06-14 08:00"},
		{deskOf("UTC", nil, nil), "2026-06-14 08:00", "2026-06-13 08:00"},
	} {
		want := clock(t, c.rules, c.want)
		if got := workdaysOf(t, c.rules).Before(clock(t, c.rules, c.at)); !got.Equal(want) {
			t.Errorf("%s before %s: %v, want %v", c.rules.Zone, c.at, got, want)
		}
	}
}

func TestAMarketThatIsNotKnownIsNamed(t *testing.T) {
	t.Parallel()
	if _, err := deskOf("UTC", nil, []string{"Bovespa"}).Workdays(); err == nil {
		t.Error("a market that is not known has workdays")
	}
}
