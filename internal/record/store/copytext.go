package store

import (
	"strconv"
	"strings"
	"time"
)

// copyText is rows in COPY's text format: the server reads it into whatever type a column has, be
// it uuid or text. Tabs and line breaks within values are escaped, so that those that stand in it
// part columns and rows.
type copyText struct{ buf []byte }

// endRow ends a row; the tab after its last column becomes the line break.
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

// numberUnless writes null where a number is not known.
func (c *copyText) numberUnless(unknown bool, value float64) {
	if unknown {
		c.null()
		return
	}
	c.number(value)
}

// time writes an instant to the microsecond, which is what the database keeps.
func (c *copyText) time(value time.Time) {
	c.buf = append(value.UTC().Truncate(time.Microsecond).AppendFormat(c.buf, time.RFC3339Nano), '\t')
}

// dateOrNull writes the day of a time as it stands there, or null for the zero time.
func (c *copyText) dateOrNull(value time.Time) {
	if value.IsZero() {
		c.null()
		return
	}
	c.buf = append(value.AppendFormat(c.buf, time.DateOnly), '\t')
}
