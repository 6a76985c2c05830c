package store

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"time"
)

// copyRows is rows in one of COPY's two formats.
//
// In the text format the server converts each value to the type of its column, for example uuid. Tabs separate columns
// and line breaks separate rows, so both are escaped within values.
//
// In the binary format a column must have the type that its value is written as: text, float8, timestamptz or date. The
// server then has nothing to parse, which is half of its work with a row that has times and numbers.
type copyRows struct {
	buf    []byte
	binary bool
	ends   []int // where each row ends in buf
}

// What stands before and after the rows in the binary format: a signature with two empty fields, and a row of -1 columns.
const (
	binaryHeader  = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	binaryTrailer = "\xff\xff"
)

// beginRow begins a row that has so many columns.
func (c *copyRows) beginRow(columns int) {
	if c.binary {
		c.buf = binary.BigEndian.AppendUint16(c.buf, uint16(columns))
	}
}

// endRow ends a row. In the text format, the tab after its last column becomes a line break.
func (c *copyRows) endRow() {
	if !c.binary {
		c.buf[len(c.buf)-1] = '\n'
	}
	c.ends = append(c.ends, len(c.buf))
}

func (c *copyRows) null() {
	if c.binary {
		c.length(-1)
		return
	}
	c.buf = append(c.buf, '\\', 'N', '\t')
}

// length begins a value of the binary format. -1 is the length of null.
func (c *copyRows) length(bytes int32) {
	c.buf = binary.BigEndian.AppendUint32(c.buf, uint32(bytes))
}

func (c *copyRows) text(value string) {
	if c.binary {
		c.length(int32(len(value)))
		c.buf = append(c.buf, value...)
		return
	}
	if strings.ContainsAny(value, "\\\t\n\r") {
		for i := range len(value) {
			switch b := value[i]; b {
			case '\\':
				c.buf = append(c.buf, '\\', '\\')
			case '\t':
				c.buf = append(c.buf, '\\', 't')
			case '\n':
				c.buf = append(c.buf, '\\', 'n')
			case '\r':
				c.buf = append(c.buf, '\\', 'r')
			default:
				c.buf = append(c.buf, b)
			}
		}
	} else {
		c.buf = append(c.buf, value...)
	}
	c.buf = append(c.buf, '\t')
}

// document writes JSON for a column of the type jsonb.
func (c *copyRows) document(value string) {
	if !c.binary {
		c.text(value)
		return
	}
	c.length(1 + int32(len(value)))
	c.buf = append(c.buf, 1) // the version of jsonb's binary format
	c.buf = append(c.buf, value...)
}

// textOrNull writes null for "".
func (c *copyRows) textOrNull(value string) {
	if value == "" {
		c.null()
		return
	}
	c.text(value)
}

func (c *copyRows) number(value float64) {
	if c.binary {
		c.length(8)
		c.buf = binary.BigEndian.AppendUint64(c.buf, math.Float64bits(value))
		return
	}
	c.buf = append(strconv.AppendFloat(c.buf, value, 'g', -1, 64), '\t')
}

// count writes a whole number. In the binary format it is for a column of the type integer.
func (c *copyRows) count(value int) {
	if c.binary {
		c.length(4)
		c.buf = binary.BigEndian.AppendUint32(c.buf, uint32(int32(value)))
		return
	}
	c.buf = append(strconv.AppendInt(c.buf, int64(value), 10), '\t')
}

// line writes the line of a row, for a column of the type bigint.
func (c *copyRows) line(line int64) {
	if c.binary {
		c.length(8)
		c.buf = binary.BigEndian.AppendUint64(c.buf, uint64(line))
		return
	}
	c.buf = append(strconv.AppendInt(c.buf, line, 10), '\t')
}

// numberOrNull writes null for nil.
func (c *copyRows) numberOrNull(value *float64) {
	if value == nil {
		c.null()
		return
	}
	c.number(*value)
}

// numberUnless writes null if a number is unknown.
func (c *copyRows) numberUnless(unknown bool, value float64) {
	if unknown {
		c.null()
		return
	}
	c.number(value)
}

// The binary format counts times and days from the beginning of the year 2000, which is so many seconds after that of 1970.
const (
	binaryEpoch = 946_684_800
	daySeconds  = 86_400
)

// time writes an instant, cut to microseconds. The database keeps no more.
func (c *copyRows) time(value time.Time) {
	if c.binary {
		c.length(8)
		c.buf = binary.BigEndian.AppendUint64(c.buf, uint64(value.UnixMicro()-binaryEpoch*1_000_000))
		return
	}
	c.buf = append(value.UTC().Truncate(time.Microsecond).AppendFormat(c.buf, time.RFC3339Nano), '\t')
}

// dateOrNull writes the day of a time in the time's own zone, or null for the zero time.
func (c *copyRows) dateOrNull(value time.Time) {
	switch {
	case value.IsZero():
		c.null()
	case c.binary:
		year, month, day := value.Date()
		seconds := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
		c.length(4)
		c.buf = binary.BigEndian.AppendUint32(c.buf, uint32(int32((seconds-binaryEpoch)/daySeconds)))
	default:
		c.buf = append(value.AppendFormat(c.buf, time.DateOnly), '\t')
	}
}

// columnsEnd returns where the first columns of a row end. In the binary format the row has no count of its columns.
func (c *copyRows) columnsEnd(row []byte, columns int) int {
	end := 0
	for range columns {
		if c.binary {
			length := int32(binary.BigEndian.Uint32(row[end:]))
			end += 4 + int(max(length, 0))
			continue
		}
		next := bytes.IndexByte(row[end:], '\t')
		if next < 0 {
			return len(row)
		}
		end += next + 1
	}
	return end
}

// withLines returns the first columns of each row and, as one more column, the line of the row.
func (c *copyRows) withLines(columns int, lines []int64) copyRows {
	out := copyRows{buf: make([]byte, 0, len(c.buf)+12*len(lines)), binary: c.binary}
	begin := 0
	for i, end := range c.ends {
		row := c.buf[begin:end]
		if c.binary {
			row = row[2:]
		}
		out.beginRow(columns + 1)
		out.buf = append(out.buf, row[:c.columnsEnd(row, columns)]...)
		if !c.binary {
			out.buf[len(out.buf)-1] = '\t' // after the last column of all stands a line break
		}
		out.line(lines[i])
		out.endRow()
		begin = end
	}
	return out
}
