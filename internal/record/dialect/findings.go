package dialect

import (
	"fmt"
	"strings"
)

// Mapped says from which column of the file a column comes.
type Mapped struct{ Column, From string }

// Findings say how a member was read. The fields that end in By say what settled it; "" means that nothing had to.
type Findings struct {
	Member                 string // "" for a file that is no archive
	Format                 string // CSV, JSON, COTAHIST
	Encoding, EncodingBy   string
	Separator              string
	Decimal, DecimalBy     string
	DateOrder, DateOrderBy string
	Epoch, EpochBy         string
	Columns                []Mapped
	Unused                 []string // columns of the file that are not read
	Comments               int64    // lines that begin with #
	LeftOut                int64    // rows that have no price
	OtherMarkets           int64    // rows of other markets than the spot market
}

// String says in one line how the file was read.
func (f Findings) String() string {
	parts := []string{f.Format + " in " + f.Encoding + by(f.EncodingBy)}
	if f.Separator != "" {
		parts = append(parts, "separated by "+f.Separator)
	}
	if f.Decimal != "" {
		parts = append(parts, "decimal "+f.Decimal+by(f.DecimalBy))
	}
	if f.DateOrder != "" {
		names := map[string]string{"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}
		parts = append(parts, "dates "+names[f.DateOrder]+by(f.DateOrderBy))
	}
	if f.Epoch != "" {
		names := map[string]string{"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
		parts = append(parts, "times in "+names[f.Epoch]+" since 1970"+by(f.EpochBy))
	}
	text := strings.Join(parts, ", ")
	if f.Member != "" {
		text = f.Member + ": " + text
	}
	if len(f.Unused) > 0 {
		shown, more := f.Unused, ""
		if len(shown) > 8 {
			shown, more = shown[:8], fmt.Sprintf(" and %d more", len(f.Unused)-8)
		}
		text += "; not read: " + strings.Join(shown, ", ") + more
	}
	if f.Comments > 0 {
		text += fmt.Sprintf("; %d with a comment (#) passed over", f.Comments)
	}
	if f.LeftOut > 0 {
		text += fmt.Sprintf("; %d without a price left out", f.LeftOut)
	}
	if f.OtherMarkets > 0 {
		text += fmt.Sprintf("; %d of other markets than the spot market left out", f.OtherMarkets)
	}
	return text
}

func by(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}
