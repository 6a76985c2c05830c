package query

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// binaryParser returns the parser of a type's binary form, which gives the same values as that of its texts. It is nil for the types that
// are read as texts only.
func binaryParser(oid uint32) parser {
	switch oid {
	case pgtype.Int2OID:
		return sized(2, func(raw []byte) (int16, error) { return int16(binary.BigEndian.Uint16(raw)), nil })
	case pgtype.Int4OID:
		return sized(4, func(raw []byte) (int32, error) { return int32(binary.BigEndian.Uint32(raw)), nil })
	case pgtype.Int8OID:
		return sized(8, func(raw []byte) (int64, error) { return int64(binary.BigEndian.Uint64(raw)), nil })
	case pgtype.Float8OID: // but not numeric, whose digits are its own, nor float4, whose text is another number as a float of twice its size
		return sized(8, func(raw []byte) (float64, error) { return math.Float64frombits(binary.BigEndian.Uint64(raw)), nil })
	case pgtype.BoolOID:
		return sized(1, func(raw []byte) (bool, error) { return raw[0] != 0, nil })
	case pgtype.TimestamptzOID, pgtype.TimestampOID:
		return sized(8, func(raw []byte) (time.Time, error) { return binaryInstant(int64(binary.BigEndian.Uint64(raw))) })
	case pgtype.DateOID:
		return sized(4, func(raw []byte) (time.Time, error) {
			const day, many = 24 * 60 * 60 * 1_000_000, 10_000_000
			days := int64(int32(binary.BigEndian.Uint32(raw))) // infinity is the greatest number, or the least
			return binaryInstant(max(min(days, many), -many) * day)
		})
	}
	return nil
}

// sized makes a parser of a function that reads values of a fixed number of bytes.
func sized[T any](bytes int, read func(raw []byte) (T, error)) parser {
	return kept(func(raw []byte) (T, error) {
		if len(raw) != bytes {
			return *new(T), errNeedsText
		}
		return read(raw)
	})
}

// binaryInstant returns the instant that is a number of microseconds after the beginning of the year 2000. It leaves infinity, and
// whatever is not in a year from 1 to 9999, to the reader of texts, who has sentences about them.
func binaryInstant(microseconds int64) (time.Time, error) {
	const year2000, year1, year10000 = 946_684_800_000_000, -62_135_596_800_000_000, 253_402_300_800_000_000 // after 1970
	if microseconds < year1-year2000 || microseconds >= year10000-year2000 {
		return time.Time{}, errNeedsText
	}
	return time.UnixMicro(microseconds + year2000).UTC(), nil
}
