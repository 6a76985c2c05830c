package store

import (
	"strconv"
	"strings"
	"time"
)

// copyText is rows in COPY's text format. The server converts each value to the type of its column, for example
// uuid. Tabs separate columns and line breaks separate rows, so both are escaped within values.
type copyText struct{ buf []byte }

// endRow ends a row: the tab after its last column becomes a line break.
func (c *copyText) endRow() { c.buf[len(c.buf)-1] = '\n' }

func (c *copyText) null() { c.buf = append(c.buf, '\\', 'N', '\t') }

func (c *copyText) text(value string) {
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

// textOrNull writes null for "".
func (c *copyText) textOrNull(value string) {
	if value == "" {
		c.null()
		return
	}
	c.text(value)
}

func (c *copyText) number(value float64) {
	c.buf = append(strconv.AppendFloat(c.buf, value, 'g', -1, 64), '\t')
}

func (c *copyText) count(value int) {
	c.buf = append(strconv.AppendInt(c.buf, int64(value), 10), '\t')
}

// numberOrNull writes null for nil.
func (c *copyText) numberOrNull(value *float64) {
	if value == nil {
		c.null()
		return
	}
	c.number(*value)
}

// numberUnless writes null if a number is unknown.
func (c *copyText) numberUnless(unknown bool, value float64) {
	if unknown {
		c.null()
		return
	}
	c.number(value)
}

// time writes an instant, cut to microseconds. The database keeps no more.
func (c *copyText) time(value time.Time) {
	c.buf = append(value.UTC().Truncate(time.Microsecond).AppendFormat(c.buf, time.RFC3339Nano), '\t')
}

// dateOrNull writes the day of a time in the time's own zone, or null for the zero time.
func (c *copyText) dateOrNull(value time.Time) {
	if value.IsZero() {
		c.null()
		return
	}
	c.buf = append(value.AppendFormat(c.buf, time.DateOnly), '\t')
}
