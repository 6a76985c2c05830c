package query_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/query"
)

// The first answer comes as texts. The second one has numbers and times in the binary form.
func TestAStatementThatIsSentAgainHasTheSameAnswer(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	if _, err := pool.Exec(t.Context(), "CREATE TYPE mood AS ENUM ('calm', 'wild'); CREATE DOMAIN share AS float8"); err != nil {
		t.Fatal(err)
	}
	const values = `SELECT v::%[1]s AS v FROM (VALUES %[2]s, (NULL)) AS x(v)`
	for _, of := range []struct {
		kind, values string
		binary       bool
	}{
		{"int2", "('-32768'), ('0'), ('32767')", true},
		{"int4", "('-2147483648'), ('2147483647')", true},
		{"int8", "('-9223372036854775808'), ('9007199254740993')", true},
		{"oid", "('4294967295')", false},
		{"float8", "('0.1'), ('-0'), ('NaN'), ('Infinity'), ('-Infinity'), ('5e-324'), ('1.7976931348623157e308'), ('0.30000000000000004')", true},
		{"share", "('0.1')", true},
		{"float4", "('0.1'), ('1e-45'), ('NaN')", false},
		{"numeric", "('12345.6780'), ('NaN'), ('1e-30')", false},
		{"boolean", "('t'), ('f')", true},
		{"timestamptz", "('2025-03-01 09:30:00.123456-03'), ('1890-01-01 00:00+00'), ('0001-01-01 00:00+00'), ('1999-12-31 23:59:59.999999+00'), ('9999-12-31 12:00+00')", true},
		{"timestamp", "('2025-03-01 12:30:00.123456'), ('0001-01-01 00:00'), ('9999-12-31 23:59:59.999999')", true},
		{"date", "('2025-03-01'), ('1969-12-31'), ('0001-01-01'), ('9999-12-31')", true},
		{"text", "('x'), ('')", false},
		{"mood", "('wild')", false},
		{"interval", "('1 day 02:00')", false},
	} {
		t.Run(of.kind, func(t *testing.T) {
			t.Parallel()
			r := query.NewRunner(pool, query.Options{})
			sql := fmt.Sprintf(values, of.kind, of.values)
			var answers []string
			for range 2 {
				f, err := r.Query(t.Context(), sql, query.Table, nil)
				if err != nil {
					t.Fatal(err)
				}
				answers = append(answers, written(f))
			}
			if answers[0] != answers[1] {
				t.Errorf("the second answer is\n%s\nand the first one\n%s", answers[1], answers[0])
			}
			if got := query.Forms(r, sql); !slices.Equal(got, []int16{map[bool]int16{true: 1}[of.binary]}) {
				t.Errorf("the forms %v are remembered", got)
			}
		})
	}
}

// written writes a frame's types and values with all their digits.
func written(f *data.Frame) string {
	var out string
	for _, c := range f.Fields {
		out += fmt.Sprintln(c.Name, c.Type())
		for row := range c.Len() {
			v, known := c.ConcreteAt(row)
			out += fmt.Sprintf("%v %#v\n", known, v)
		}
	}
	return out
}

// What is remembered of "… 1 …" is used for "… 2 …".
func TestStatementsThatDifferInTheirDigitsMayHaveOtherColumns(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	if _, err := pool.Exec(t.Context(), `CREATE TABLE t1 (v float8); CREATE TABLE t2 (v numeric, w int); CREATE TABLE t3 (v text); CREATE TABLE t4 (v timestamp);
		CREATE TABLE t5 (v aclitem); CREATE TABLE t6 (v float8);
		INSERT INTO t1 VALUES (0.5); INSERT INTO t2 VALUES (1.5, 2); INSERT INTO t3 VALUES ('x'); INSERT INTO t4 VALUES ('2025-03-01');
		INSERT INTO t5 VALUES (makeaclitem(10, 10, 'SELECT', false))`); err != nil {
		t.Fatal(err)
	}
	r := query.NewRunner(pool, query.Options{})
	for range 2 {
		for table := range 6 {
			sql := fmt.Sprintf("SELECT * FROM t%d", table+1)
			want, err := query.NewRunner(pool, query.Options{}).Query(t.Context(), sql, query.Table, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.Query(t.Context(), sql, query.Table, nil)
			if err != nil || written(got) != written(want) {
				t.Errorf("%s: %v, %v, want %v", sql, got, err, want)
			}
		}
	}
}

func TestAValueThatIsNotShownIsNamedEachTime(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	for _, kind := range []string{"timestamptz", "timestamp", "date"} {
		r := query.NewRunner(pool, query.Options{})
		for i, value := range []string{"2025-03-01", "infinity", "-infinity", "0044-03-15 BC", "10000-01-01"} {
			if _, err := pool.Exec(t.Context(), fmt.Sprintf("CREATE TABLE %s_%d AS SELECT '%s'::%s AS v", kind, i, value, kind)); err != nil {
				t.Fatal(err)
			}
			sql := fmt.Sprintf("SELECT v FROM %s_%d", kind, i)
			_, want := query.NewRunner(pool, query.Options{}).Query(t.Context(), sql, query.Table, nil)
			if shown := i == 0; shown != (want == nil) {
				t.Fatalf("%s %s: %v", kind, value, want)
			}
			for range 2 {
				if _, err := r.Query(t.Context(), sql, query.Table, nil); fmt.Sprint(err) != fmt.Sprint(want) {
					t.Errorf("%s %s: %v, want %v", kind, value, err, want)
				}
			}
		}
	}
}
