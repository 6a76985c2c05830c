package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"macrowatch/internal/record/dialect"
	"macrowatch/internal/record/intake"
)

// dialectFlags say how a file is written that is not in macrowatch's own format.
type dialectFlags struct {
	o                     dialect.Options
	columns, set, missing []string
}

func (d *dialectFlags) register(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&d.o.Preset, "preset", "", "prices: the `SOURCE` that wrote the file: "+strings.Join(dialect.Presets(), ", "))
	f.StringArrayVar(&d.columns, "columns", nil, "the columns to read, as `COLUMN=NAME`,… with their names in the file, such as date=DATE,price=VIXCLS; #3 is the third column")
	f.StringArrayVar(&d.set, "set", nil, "`COLUMN=VALUE`,… of all rows, for a column that the file lacks, such as instrument=VIX")
	f.BoolVar(&d.o.Wide, "wide", false, "prices: each column of the file is an instrument; --columns INSTRUMENT=NAME,… names them and chooses some")
	f.StringVar(&d.o.Encoding, "encoding", "", "the file's `ENCODING`: "+strings.Join(dialect.Encodings(), ", "))
	f.StringVar(&d.o.Separator, "separator", "", "the `SEPARATOR` between cells: "+strings.Join(dialect.Separators(), ", ")+" or another character")
	f.StringVar(&d.o.Decimal, "decimal", "", "the decimal `SIGN`: "+strings.Join(dialect.Decimals(), " or "))
	f.StringVar(&d.o.DateOrder, "date-order", "", "the `ORDER` of day, month and year in dates: "+strings.Join(dialect.DateOrders(), ", "))
	f.StringVar(&d.o.Epoch, "epoch", "", "the `UNIT` of times that are a number since 1970: "+strings.Join(dialect.Epochs(), ", "))
	f.StringArrayVar(&d.missing, "missing", nil, "the `WORD`,… that mean a missing value, in every column; by default "+strings.Join(dialect.MissingWords()[:6], ", ")+" and others, in columns of numbers, days and times")
	completeValue(c, "preset", presetCompletions()...)
	completeValue(c, "encoding", dialect.Encodings()...)
	completeValue(c, "separator", dialect.Separators()...)
	completeValue(c, "decimal", dialect.Decimals()...)
	completeValue(c, "date-order", dialect.DateOrders()...)
	completeValue(c, "epoch", dialect.Epochs()...)
}

// presetCompletions returns the presets with what they read.
func presetCompletions() []string {
	var all []string
	for _, name := range dialect.Presets() {
		all = append(all, cobra.CompletionWithDesc(name, dialect.PresetAbout(name)))
	}
	return all
}

// options returns what the flags say.
func (d *dialectFlags) options(flags *pflag.FlagSet) (dialect.Options, error) {
	o := d.o
	for name, value := range map[string]string{"preset": o.Preset, "encoding": o.Encoding, "separator": o.Separator,
		"decimal": o.Decimal, "date-order": o.DateOrder, "epoch": o.Epoch} {
		if flags.Changed(name) && value == "" {
			return o, usagef("--%s is empty", name)
		}
	}
	var err error
	if o.Columns, err = pairs("columns", d.columns); err != nil {
		return o, err
	}
	if o.Set, err = pairs("set", d.set); err != nil {
		return o, err
	}
	for _, list := range d.missing {
		for word := range strings.SplitSeq(list, ",") {
			if word = strings.TrimSpace(word); word == "" {
				return o, usagef("--missing %q has an empty word; an empty cell is missing anyway", list)
			}
			o.Missing = append(o.Missing, word)
		}
	}
	return o, nil
}

// pairs reads NAME=VALUE,NAME=VALUE. A part without = belongs to the value before it, so that a value may have a comma.
func pairs(flag string, lists []string) ([]dialect.Pair, error) {
	var all []dialect.Pair
	for _, list := range lists {
		for n, part := range strings.Split(list, ",") {
			name, value, found := strings.Cut(part, "=")
			switch {
			case found:
				all = append(all, dialect.Pair{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
			case n == 0:
				return nil, usagef("--%s %q is not written as COLUMN=…", flag, list)
			default:
				all[len(all)-1].Value += "," + part
			}
		}
	}
	return all, nil
}

// printDialect says how a file was read that is not in macrowatch's own format.
func (a *app) printDialect(path string, r intake.Result) {
	for _, f := range r.Dialect {
		fmt.Fprintf(a.Out, "%s: read as %s\n", path, f)
	}
}
