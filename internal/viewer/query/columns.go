package query

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// column reads the values of one column, which PostgreSQL sends as text.
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

// conversion says how a type of PostgreSQL is read. Whole numbers become integers of the same size, and other numbers
// become floats. Dates, and times without a zone, are read as UTC. All other types (uuid, enum, json, interval, arrays)
// stay the text that PostgreSQL writes.
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
			v, err := strconv.ParseFloat(s, 64) // also for NaN and Infinity
			return &v, err
		}
	case pgtype.BoolOID:
		return data.FieldTypeNullableBool, func(s string) (any, error) {
			v := s == "t"
			return &v, nil
		}
	case pgtype.TimestamptzOID:
		return data.FieldTypeNullableTime, instants("2006-01-02 15:04:05.999999999Z07", "2006-01-02 15:04:05.999999999Z07:00",
			"2006-01-02 15:04:05.999999999Z07:00:00")
	case pgtype.TimestampOID:
		return data.FieldTypeNullableTime, instants("2006-01-02 15:04:05.999999999")
	case pgtype.DateOID:
		return data.FieldTypeNullableTime, instants("2006-01-02")
	}
	return data.FieldTypeNullableString, func(s string) (any, error) {
		// A database with the encoding SQL_ASCII holds any bytes.
		text := strings.ToValidUTF8(s, "\uFFFD")
		return &text, nil
	}
}

// instants reads times in one of some layouts. The most usual one comes first, because each attempt takes time.
func instants(layouts ...string) func(string) (any, error) {
	return func(s string) (any, error) {
		if strings.HasSuffix(s, "infinity") {
			return nil, errors.New("infinity is not an instant")
		}
		if strings.HasSuffix(s, " BC") {
			return nil, errors.New("years before Christ are not supported")
		}
		for _, layout := range layouts {
			if t, err := time.Parse(layout, s); err == nil {
				t = t.UTC()
				return &t, nil
			}
		}
		return nil, errors.New("it is not written as ISO 8601")
	}
}
