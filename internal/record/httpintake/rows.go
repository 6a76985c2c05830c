package httpintake

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
)

// rowOperations returns an operation for each kind of rows that can be imported.
func rowOperations(l Limits) []Operation {
	var all []Operation
	for _, kind := range intake.Kinds() {
		all = append(all, Operation{
			Description: describedRows(kind), Name: kind, Methods: []string{http.MethodPost}, Path: BasePath + kind, Kind: kind, ContentTypes: jsonTypes(),
			Answer: func(ctx context.Context, r *Request) (Answer, error) { return takeRows(ctx, r, kind, l.Rows) },
		})
	}
	return all
}

// describedRows describes the call for a kind of rows.
func describedRows(kind string) Description {
	d := Description{Summary: "Writes rows of the kind " + kind + ".", Body: struct{}{}, Rows: true, Result: rowsTaken{}, Parameters: []Parameter{
		{Name: parameterTimezone, Type: "string", Meaning: "The zone of times that are written without one; without it they are refused."},
	}}
	switch kind {
	case "prices":
		d.Parameters = append(d.Parameters,
			Parameter{Name: parameterKind, Type: "string", Values: priceKinds(), Meaning: "What instruments are that are not known yet; without it their prices are refused."},
			Parameter{Name: parameterQuotedIn, Type: "string", Meaning: "The unit of these instruments; for a yield percent or bp."})
	case "portfolio-states":
		d.Parameters = append(d.Parameters,
			Parameter{Name: parameterReplace, Type: "boolean", Meaning: "Replaces each snapshot of the request as a whole."},
			Parameter{Name: parameterWindow, Type: "string", Meaning: "Rows within this time, such as 1s, belong to one snapshot."})
	}
	for _, t := range rowTypes() {
		if t.kind == kind {
			d.Summary, d.Body, d.Example = "Writes: "+t.summary+".", t.row, t.example
		}
	}
	return d
}

// priceKinds are the kinds that the parameter kind can give an instrument.
func priceKinds() []string { return []string{string(desk.KindPrice), string(desk.KindYield)} }

// rowsTaken is the answer to a request with rows.
type rowsTaken struct {
	Inserted  int64 `json:"inserted" doc:"Rows that were new."`
	Updated   int64 `json:"updated" doc:"Rows that were there with other values."`
	Unchanged int64 `json:"unchanged" doc:"Rows that were there already."`
	Removed   int64 `json:"removed" doc:"Rows that were deleted, because replace-snapshots replaced their snapshot."`
	// Registered are the instruments that the parameter kind added.
	Registered   []string       `json:"registered" doc:"Instruments that the parameter kind added."`
	QuotedIn     string         `json:"quoted_in,omitempty" doc:"The unit of the instruments that were added."`
	Warnings     []BadRow       `json:"warnings" doc:"Rows that were taken although they look wrong, at most 20."`
	MoreWarnings int64          `json:"more_warnings" doc:"How many more such rows there are."`
	Snapshots    int64          `json:"snapshots_with_kept_rows" doc:"Snapshots that keep rows which the request lacks."`
	KeptRows     []keptRowsJSON `json:"kept_rows" doc:"The first of these snapshots."`
}

// keptRowsJSON says how many rows a snapshot keeps that the request does not have.
type keptRowsJSON struct {
	Timestamp time.Time `json:"timestamp"`
	Rows      int64     `json:"rows"`
}

// takeRows imports the rows of a request.
func takeRows(ctx context.Context, r *Request, kind string, most int64) (Answer, error) {
	if blank, err := r.Body.blank(); err != nil {
		return Answer{}, err
	} else if blank {
		return Answer{}, refusef(http.StatusBadRequest, "Nothing was written: the body is empty; send a JSON object, an array of objects, or an object on each line.")
	}
	options, err := rowOptions(r.URL.Query())
	if err != nil {
		return Answer{}, err
	}
	options.Now, options.MostRows = r.Now, most
	if options.Words, err = r.Store.Words(ctx); err != nil {
		return Answer{}, err
	}
	from, err := r.Body.Open()
	if err != nil {
		return Answer{}, err
	}
	defer from.Close()
	result, err := intake.ImportJSON(ctx, r.Store, kind, from, r.Body.lines, options)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Body: rowsTakenOf(result), Counts: result.Counts}, nil
}

func rowsTakenOf(r intake.Result) rowsTaken {
	taken := rowsTaken{
		Inserted: r.Inserted, Updated: r.Updated, Unchanged: r.Unchanged, Removed: r.Removed,
		Registered: append([]string{}, r.Registered...), Warnings: []BadRow{}, MoreWarnings: r.Doubts.More,
		Snapshots: r.Snapshots.Snapshots, KeptRows: []keptRowsJSON{},
	}
	if len(r.Registered) > 0 {
		taken.QuotedIn = r.QuotedIn
	}
	for _, d := range r.Doubts.Rows {
		taken.Warnings = append(taken.Warnings, BadRow{Index: d.Line - 1, Field: d.Column, Value: shortened(d.Value, 200), Problem: inWordsOfHTTP(d.Looks)})
	}
	for _, k := range r.Snapshots.Kept {
		taken.KeptRows = append(taken.KeptRows, keptRowsJSON{k.At.UTC(), k.Rows})
	}
	return taken
}

// The parameters of a request with rows. They are the flags of macrowatch import.
const (
	parameterTimezone = "timezone"
	parameterKind     = "kind"
	parameterQuotedIn = "quoted-in"
	parameterReplace  = "replace-snapshots"
	parameterWindow   = "snapshot-window"
)

func rowParameters() []string {
	return []string{parameterTimezone, parameterKind, parameterQuotedIn, parameterReplace, parameterWindow}
}

// rowOptions reads the parameters of a request.
func rowOptions(query url.Values) (intake.Options, error) {
	var o intake.Options
	for name, values := range query {
		if !slices.Contains(rowParameters(), name) {
			return o, badParameter(name, "is not a parameter of this call; there are %s", strings.Join(rowParameters(), ", "))
		}
		if len(values) > 1 {
			return o, badParameter(name, "is given twice")
		}
		if err := setOption(&o, name, values[0]); err != nil {
			return o, err
		}
	}
	return o, nil
}

// setOption reads one parameter.
func setOption(o *intake.Options, name, value string) (err error) {
	switch name {
	case parameterTimezone:
		if o.Location, err = time.LoadLocation(value); err != nil || value == "" || value == "Local" {
			return badParameter(name, "is %q, which is not the name of a time zone such as America/Sao_Paulo", value)
		}
	case parameterKind:
		if !slices.Contains(priceKinds(), value) {
			return badParameter(name, "is %q; allowed are %s", value, strings.Join(priceKinds(), " and "))
		}
		o.Register = desk.Kind(value)
	case parameterQuotedIn:
		o.QuotedIn = value
	case parameterReplace:
		if o.ReplaceSnapshots, err = strconv.ParseBool(value); err != nil {
			return badParameter(name, "is %q; allowed are true and false", value)
		}
	case parameterWindow:
		window, err := time.ParseDuration(value)
		if err != nil {
			return badParameter(name, "is %q, which is not a time span such as 1s", value)
		}
		o.SnapshotWindow = &window
	}
	return nil
}

func badParameter(name, format string, args ...any) *Refusal {
	return refusef(http.StatusBadRequest, "Nothing was written: the parameter %s %s.", name, fmt.Sprintf(format, args...))
}
