package query

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// column reads one column, whose values come as PostgreSQL writes them as text.
type column struct {
	field *data.Field
	parse func(string) (any, error)
}

func newColumns(described []pgconn.FieldDescription) []column {
	out := make([]column, len(described))
	for i, d := range described {
		kind, parse := conversion(d.DataTypeOID)
		f := data.NewFieldFromFieldType(kind, 0)
		f.Name = d.Name
		out[i] = column{f, parse}
	}
	return out
}

func (c column) append(raw []byte) error {
	if raw == nil {
		c.field.Extend(1)
		return nil
	}
	v, err := c.parse(string(raw))
	if err != nil {
		return &Error{message: fmt.Sprintf("Column %q holds %q, which can't be shown: %s.", c.field.Name, raw, err), cause: err}
	}
	c.field.Append(v)
	return nil
}

// conversion says what becomes of a type: whole numbers keep theirs, other numbers are floats,
// dates and times without a zone are taken as UTC, and what has no kind of its own (uuid, enum,
// json, interval, arrays) is the text that PostgreSQL writes.
func conversion(oid uint32) (data.FieldType, func(string) (any, error)) {
	switch oid {
	case pgtype.Int2OID:
		return data.FieldTypeNullableInt16, func(s string) (any, error) {
			n, err := strconv.ParseInt(s, 10, 16)
			v := int16(n)
			return &v, err
		}
	case pgtype.Int4OID:
		return data.FieldTypeNullableInt32, func(s string) (any, error) {
			n, err := strconv.ParseInt(s, 10, 32)
			v := int32(n)
			return &v, err
		}
	case pgtype.Int8OID, pgtype.OIDOID:
		return data.FieldTypeNullableInt64, func(s string) (any, error) {
			n, err := strconv.ParseInt(s, 10, 64)
			return &n, err
		}
	case pgtype.NumericOID, pgtype.Float8OID, pgtype.Float4OID:
		return data.FieldTypeNullableFloat64, func(s string) (any, error) {
			v, err := strconv.ParseFloat(s, 64) // reads NaN and Infinity too
			return &v, err
		}
	case pgtype.BoolOID:
		return data.FieldTypeNullableBool, func(s string) (any, error) {
			v := s == "t"
			return &v, nil
		}
	case pgtype.TimestamptzOID:
		return data.FieldTypeNullableTime, instants("2006-01-02 15:04:05.999999999Z07:00:00", "2006-01-02 15:04:05.999999999Z07:00",
			"2006-01-02 15:04:05.999999999Z07")
	case pgtype.TimestampOID:
		return data.FieldTypeNullableTime, instants("2006-01-02 15:04:05.999999999")
	case pgtype.DateOID:
		return data.FieldTypeNullableTime, instants("2006-01-02")
	}
	return data.FieldTypeNullableString, func(s string) (any, error) {
		// A database whose encoding is SQL_ASCII gives whatever bytes were put into it.
		text := strings.ToValidUTF8(s, "\uFFFD")
		return &text, nil
	}
}

func instants(layouts ...string) func(string) (any, error) {
	return func(s string) (any, error) {
		if strings.HasSuffix(s, "infinity") {
			return nil, fmt.Errorf("infinity is no instant")
		}
		if strings.HasSuffix(s, " BC") {
			return nil, fmt.Errorf("years before Christ are not supported")
		}
		for _, layout := range layouts {
			if t, err := time.Parse(layout, s); err == nil {
				t = t.UTC()
				return &t, nil
			}
		}
		return nil, fmt.Errorf("it is not written as ISO 8601")
	}
}
