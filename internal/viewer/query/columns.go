package query

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// column reads the values of one column, which PostgreSQL sends as texts or in its binary form.
type column struct {
	oid   uint32 // its type
	field *data.Field
	parse parser
}

// parser reads a value. It returns a pointer, as the values of a data frame that may be null are.
type parser func(raw []byte) (any, error)

func newColumns(described []pgconn.FieldDescription) []column {
	out := make([]column, len(described))
	for i, d := range described {
		kind, parse := conversion(d.DataTypeOID)
		if d.Format == pgtype.BinaryFormatCode {
			if parse = binaryParser(d.DataTypeOID); parse == nil {
				parse = func([]byte) (any, error) { return nil, errNeedsText }
			}
		}
		f := data.NewFieldFromFieldType(kind, 0)
		f.Name = d.Name
		out[i] = column{d.DataTypeOID, f, parse}
	}
	return out
}

func (c column) append(raw []byte) error {
	if raw == nil {
		c.field.Extend(1)
		return nil
	}
	v, err := c.parse(raw)
	if err != nil {
		return &Error{message: fmt.Sprintf("Column %q holds %q, which can't be shown: %s.", c.field.Name, raw, err), cause: err}
	}
	c.field.Append(v)
	return nil
}

// conversion says how the texts of a type of PostgreSQL are read. Whole numbers become integers of the same size, and other numbers
// become floats. Dates, and times without a zone, are read as UTC. All other types (uuid, enum, json, interval, arrays)
// stay the text that PostgreSQL writes.
func conversion(oid uint32) (data.FieldType, parser) {
	switch oid {
	case pgtype.Int2OID:
		return data.FieldTypeNullableInt16, kept(func(raw []byte) (int16, error) {
			n, err := strconv.ParseInt(string(raw), 10, 16)
			return int16(n), err
		})
	case pgtype.Int4OID:
		return data.FieldTypeNullableInt32, kept(func(raw []byte) (int32, error) {
			n, err := strconv.ParseInt(string(raw), 10, 32)
			return int32(n), err
		})
	case pgtype.Int8OID, pgtype.OIDOID:
		return data.FieldTypeNullableInt64, kept(func(raw []byte) (int64, error) { return strconv.ParseInt(string(raw), 10, 64) })
	case pgtype.NumericOID, pgtype.Float8OID, pgtype.Float4OID:
		return data.FieldTypeNullableFloat64, kept(func(raw []byte) (float64, error) {
			return strconv.ParseFloat(string(raw), 64) // also for NaN and Infinity
		})
	case pgtype.BoolOID:
		return data.FieldTypeNullableBool, kept(func(raw []byte) (bool, error) { return string(raw) == "t", nil })
	case pgtype.TimestamptzOID:
		return data.FieldTypeNullableTime, kept(instants("2006-01-02 15:04:05.999999999Z07", "2006-01-02 15:04:05.999999999Z07:00",
			"2006-01-02 15:04:05.999999999Z07:00:00"))
	case pgtype.TimestampOID:
		return data.FieldTypeNullableTime, kept(instants("2006-01-02 15:04:05.999999999"))
	case pgtype.DateOID:
		return data.FieldTypeNullableTime, kept(instants("2006-01-02"))
	}
	return data.FieldTypeNullableString, kept(func(raw []byte) (string, error) {
		// A database with the encoding SQL_ASCII holds any bytes.
		return strings.ToValidUTF8(string(raw), "\uFFFD"), nil
	})
}

// mostAtOnce is for how many values kept makes room at once.
const mostAtOnce = 512

// kept makes a parser of a function that reads values. The values are kept beside each other, because making room for each alone takes
// longer than reading it.
func kept[T any](read func(raw []byte) (T, error)) parser {
	var room []T
	size := 1
	return func(raw []byte) (any, error) {
		v, err := read(raw)
		if err != nil {
			return nil, err
		}
		if len(room) == 0 {
			room = make([]T, size)
			size = min(2*size, mostAtOnce)
		}
		at := &room[0]
		*at, room = v, room[1:]
		return at, nil
	}
}
