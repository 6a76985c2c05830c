package judge_test

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"

	"macrowatch/internal/testkit/testenv"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/transform"
)

// transformedFrame is what Grafana's transformDataFrame made of frames.
type transformedFrame struct {
	Name, RefID string
	Length      int
	Fields      []struct {
		Name, DisplayName, Unit string
		Type                    frame.Kind
		Labels                  map[string]string
		Values                  []any
	}
}

// transform runs the question's transformations with the viewer's code.
func (q *panelQuestion) transform() ([]*frame.Frame, error) {
	var list []settings.Transformation
	for _, t := range q.Transformations {
		if !t.Flag("disabled") {
			list = append(list, settings.Transformation{ID: t.Text("id"), Topic: t.Text("topic"), Options: t.Child("options"),
				Filter: t.Child("filter")})
		}
	}
	frames := framesOf(q.Frames)
	if len(list) == 0 {
		return frames, nil
	}
	return transform.Apply(list, frames, &transform.Pipeline{Notices: notice.NewList(), Interpolate: func(s string) (string, error) {
		for name, value := range q.Variables {
			s = strings.ReplaceAll(s, "$"+name, value)
		}
		return s, nil
	}})
}

func (q *panelQuestion) built(t *testing.T) []*frame.Frame {
	t.Helper()
	frames, err := q.transform()
	if err != nil {
		t.Fatalf("%s: %v", q.about, err)
	}
	return frames
}

// refused compares the transformed frames. It returns true if nothing further can be compared.
func refused(v *verdict, q *panelQuestion, want panelAnswer) bool {
	v.t.Helper()
	if len(q.Transformations) == 0 {
		return false
	}
	got, err := q.transform()
	if err != nil && strings.Contains(err.Error(), "holds no numbers") {
		return true // Grafana makes longer and longer texts of it
	}
	if want.Refused != "" || err != nil {
		v.same(err != nil, want.Refused != "", "%s: refusal (%v; %s)", q.about, err, want.Refused)
		return true
	}
	v.same(float64(len(got)), float64(len(want.Frames)), "%s: frames", q.about)
	if len(got) != len(want.Frames) {
		return true
	}
	for i, fr := range got {
		w := want.Frames[i]
		where := fmt.Sprintf("%s: transformed frame %d", q.about, i)
		v.same(fr.Name, w.Name, "%s: name", where)
		v.same(fr.RefID, w.RefID, "%s: query", where)
		v.same(float64(fr.Length), float64(w.Length), "%s: length", where)
		v.same(float64(len(fr.Fields)), float64(len(w.Fields)), "%s: fields", where)
		if len(fr.Fields) != len(w.Fields) || fr.Length != w.Length {
			return true
		}
		for k, f := range fr.Fields {
			x := w.Fields[k]
			v.same(f.Name, x.Name, "%s: field %d name", where, k)
			v.same(string(f.Kind), string(x.Type), "%s: field %d (%s) kind", where, k, f.Name)
			v.same(f.DataSettings.Text("displayName"), x.DisplayName, "%s: field %d (%s) display name", where, k, f.Name)
			v.same(f.DataSettings.Text("unit"), x.Unit, "%s: field %d (%s) unit", where, k, f.Name)
			v.same(frame.FormatLabels(f.Labels), frame.FormatLabels(x.Labels), "%s: field %d (%s) labels", where, k, f.Name)
			for row, value := range f.Values {
				v.same(value, arrived(x.Values[row]), "%s: field %d (%s) row %d", where, k, f.Name, row)
			}
		}
	}
	return false
}

// judgedTransformations are lists of transformations, by short descriptions.
func judgedTransformations(t *testing.T) map[string][]settings.Object {
	t.Helper()
	out := map[string][]settings.Object{}
	for name, text := range map[string]string{
		"matrix":                   `[{"id": "groupingToMatrix", "options": {"columnField": "status", "rowField": "name", "valueField": "v", "emptyValue": "null"}}]`,
		"matrix of texts":          `[{"id": "groupingToMatrix", "options": {"columnField": "name", "rowField": "status", "valueField": "a"}}]`,
		"matrix by time":           `[{"id": "groupingToMatrix", "options": {"columnField": "status", "rowField": "Time", "valueField": "v", "emptyValue": "true"}}]`,
		"matrix by number":         `[{"id": "groupingToMatrix", "options": {"columnField": "v", "rowField": "name", "valueField": "w", "emptyValue": "false"}}]`,
		"matrix of defaults":       `[{"id": "groupingToMatrix", "options": {}}]`,
		"matrix with variables":    `[{"id": "groupingToMatrix", "options": {"columnField": "$column", "rowField": "name", "valueField": "v"}}]`,
		"matrix, organized":        `[{"id": "groupingToMatrix", "options": {"columnField": "status", "rowField": "name", "valueField": "v", "emptyValue": "null"}}, {"id": "organize", "options": {"renameByName": {"name\\status": "Name"}, "indexByName": {"SUCCESS": 1, "name\\status": 0}}}]`,
		"organize":                 `[{"id": "organize", "options": {"excludeByName": {"w": true, "Time": false}, "indexByName": {"v": 0, "status": 1, "name": 2}, "renameByName": {"v": "The value", "name": "", "Time": "When", "v 2": "Second"}}}]`,
		"organize, including":      `[{"id": "organize", "options": {"includeByName": {"v": true, "Time": true, "Value": true, "name": false}, "excludeByName": {}}}]`,
		"organize, excluding":      `[{"id": "organize", "options": {"excludeByName": {"Time": true, "v": true}}}, {"id": "organize", "options": {"renameByName": {"v 2": "renamed", "Value": "Renamed"}}}]`,
		"organize, odd":            `[{"id": "organize", "options": {"indexByName": {"v": 1.5, "w": "0", "a": -1}}}]`,
		"renamed twice":            `[{"id": "organize", "options": {"renameByName": {"v": "x", "Time": "t"}}}, {"id": "organize", "options": {"renameByName": {"x": "y", "v": "z"}, "indexByName": {"x": 0}}}]`,
		"exclude one of two":       `[{"id": "filterFieldsByName", "options": {"exclude": {"names": ["v 1", "v a"]}}}, {"id": "organize", "options": {"renameByName": {"v 2": "kept name", "v": "fresh name", "v b": "b"}}}]`,
		"include names":            `[{"id": "filterFieldsByName", "options": {"include": {"names": ["Time", "v", "name"]}}}]`,
		"include pattern":          `[{"id": "filterFieldsByName", "options": {"include": {"pattern": "/^(v|s|N)/i"}}}]`,
		"include both":             `[{"id": "filterFieldsByName", "options": {"include": {"names": ["w"], "pattern": "/^Time/"}, "exclude": {"names": ["status"]}}}]`,
		"exclude pattern":          `[{"id": "filterFieldsByName", "options": {"exclude": {"pattern": "/a|e/"}}}]`,
		"include variable":         `[{"id": "filterFieldsByName", "options": {"byVariable": true, "include": {"variable": "$both"}}}]`,
		"include one variable":     `[{"id": "filterFieldsByName", "options": {"byVariable": true, "include": {"variable": "$column", "names": ["w"]}}}]`,
		"variable unused":          `[{"id": "filterFieldsByName", "options": {"include": {"variable": "$column", "names": ["v"]}}}]`,
		"filter nothing":           `[{"id": "filterFieldsByName", "options": {"include": {"names": []}}}]`,
		"filter everything":        `[{"id": "filterFieldsByName", "options": {"include": {"names": ["nobody"]}}}]`,
		"sort":                     `[{"id": "sortBy", "options": {"fields": {}, "sort": [{"field": "v"}]}}]`,
		"sort down":                `[{"id": "sortBy", "options": {"sort": [{"field": "v", "desc": true}, {"field": "w"}]}}]`,
		"sort texts":               `[{"id": "sortBy", "options": {"sort": [{"field": "$column", "desc": false}]}}]`,
		"sort texts down":          `[{"id": "sortBy", "options": {"sort": [{"field": "status", "desc": true}]}}]`,
		"sort times":               `[{"id": "sortBy", "options": {"sort": [{"field": "Time", "desc": true}]}}]`,
		"sort starts":              `[{"id": "sortBy", "options": {"sort": [{"field": "started_at"}]}}]`,
		"sort booleans":            `[{"id": "sortBy", "options": {"sort": [{"field": "up"}]}}]`,
		"sort booleans down":       `[{"id": "sortBy", "options": {"sort": [{"field": "up", "desc": true}]}}]`,
		"sort by place":            `[{"id": "sortBy", "options": {"sort": [{"index": 1}]}}]`,
		"sort by nobody":           `[{"id": "sortBy", "options": {"sort": [{"field": "nobody"}]}}]`,
		"reduce":                   `[{"id": "reduce", "options": {}}]`,
		"reduce to rows":           `[{"id": "reduce", "options": {"reducers": ["max", "min", "mean", "lastNotNull", "last", "count", "sum", "allIsNull", "distinctCount", "changeCount", "median", "diffperc"]}}]`,
		"reduce to one":            `[{"id": "reduce", "options": {"reducers": ["last"], "mode": "seriesToRows"}}]`,
		"reduce with labels":       `[{"id": "reduce", "options": {"reducers": ["first", "stdDev", "range"], "labelsToFields": true}}]`,
		"reduce some":              `[{"id": "reduce", "options": {"reducers": ["mean"], "fields": {"id": "byRegexp", "options": "/^v/"}}}]`,
		"reduce numbers":           `[{"id": "reduce", "options": {"reducers": ["p5", "p50", "p95", "logmin", "step", "delta"], "fields": {"id": "numeric"}}}]`,
		"reduce texts":             `[{"id": "reduce", "options": {"reducers": ["firstNotNull", "uniqueValues"]}}]`,
		"reduce fields":            `[{"id": "reduce", "options": {"mode": "reduceFields", "reducers": ["mean"]}}]`,
		"reduce fields thrice":     `[{"id": "reduce", "options": {"mode": "reduceFields", "reducers": ["max", "lastNotNull", "count"]}}]`,
		"reduce fields and time":   `[{"id": "reduce", "options": {"mode": "reduceFields", "includeTimeField": true, "reducers": ["last", "allIsZero", "variance"]}}]`,
		"reduce nothing":           `[{"id": "reduce", "options": {"reducers": []}}]`,
		"group":                    `[{"id": "groupBy", "options": {"fields": {"name": {"operation": "groupby", "aggregations": []}, "v": {"operation": "aggregate", "aggregations": ["sum", "mean", "lastNotNull", "count", "p50"]}}}}]`,
		"group by two":             `[{"id": "groupBy", "options": {"fields": {"a": {"operation": "groupby"}, "status": {"operation": "groupby"}, "v": {"operation": "aggregate", "aggregations": ["max", "allIsNull", "uniqueValues", "allValues"]}}}}]`,
		"group by a number":        `[{"id": "groupBy", "options": {"fields": {"v": {"operation": "groupby"}, "name": {"operation": "aggregate", "aggregations": ["first", "count", "distinctCount", "lastNotNull"]}, "Time": {"operation": "aggregate", "aggregations": ["max", "last"]}}}}]`,
		"group by time":            `[{"id": "groupBy", "options": {"fields": {"Time": {"operation": "groupby"}, "Value": {"operation": "aggregate", "aggregations": ["sum"]}, "w": {"operation": "aggregate", "aggregations": []}}}}]`,
		"group by truth":           `[{"id": "groupBy", "options": {"fields": {"up": {"operation": "groupby"}, "v": {"operation": "aggregate", "aggregations": ["sum", "first", "variance"]}}}}]`,
		"group by nobody":          `[{"id": "groupBy", "options": {"fields": {"nobody": {"operation": "groupby"}}}}]`,
		"group nothing":            `[{"id": "groupBy", "options": {"fields": {"name": {"operation": "aggregate", "aggregations": ["count"]}}}}]`,
		"grouped, sorted":          `[{"id": "groupBy", "options": {"fields": {"name": {"operation": "groupby"}, "v": {"operation": "aggregate", "aggregations": ["sum"]}}}}, {"id": "sortBy", "options": {"sort": [{"field": "v (sum)", "desc": true}]}}]`,
		"join":                     `[{"id": "joinByField", "options": {}}]`,
		"join by time":             `[{"id": "joinByField", "options": {"byField": "Time", "mode": "outer"}}]`,
		"join inner":               `[{"id": "joinByField", "options": {"byField": "name", "mode": "inner"}}]`,
		"join inner by time":       `[{"id": "joinByField", "options": {"byField": "Time", "mode": "inner"}}]`,
		"join tabular":             `[{"id": "joinByField", "options": {"byField": "name", "mode": "outerTabular"}}]`,
		"join tabular by time":     `[{"id": "joinByField", "options": {"byField": "Time", "mode": "outerTabular"}}]`,
		"join by name":             `[{"id": "joinByField", "options": {"byField": "$key"}}]`,
		"join by nobody":           `[{"id": "joinByField", "options": {"byField": "nobody"}}]`,
		"join by nobody, tabular":  `[{"id": "joinByField", "options": {"byField": "nobody", "mode": "outerTabular"}}]`,
		"join by nobody, inner":    `[{"id": "joinByField", "options": {"byField": "nobody", "mode": "inner"}}]`,
		"old join":                 `[{"id": "seriesToColumns", "options": {"byField": "Time"}}]`,
		"joined, summed":           `[{"id": "joinByField", "options": {"byField": "Time"}}, {"id": "calculateField", "options": {"mode": "binary", "binary": {"left": "v", "operator": "+", "right": "w"}}}, {"id": "calculateField", "options": {"mode": "reduceRow", "reduce": {"reducer": "distinctCount"}}}, {"id": "reduce", "options": {"reducers": ["distinctCount", "changeCount", "count", "last", "mean"]}}]`,
		"joined, organized":        `[{"id": "joinByField", "options": {"byField": "time"}}, {"id": "organize", "options": {"excludeByName": {"time": true}, "renameByName": {"left": "L", "right": "R"}}}]`,
		"row sum":                  `[{"id": "calculateField", "options": {}}]`,
		"row mean":                 `[{"id": "calculateField", "options": {"mode": "reduceRow", "reduce": {"reducer": "mean", "include": ["v", "w"]}, "alias": "mean of $column", "replaceFields": true}}]`,
		"row counts":               `[{"id": "calculateField", "options": {"reduce": {"reducer": "count"}}}, {"id": "calculateField", "options": {"reduce": {"reducer": "changeCount"}}}, {"id": "calculateField", "options": {"reduce": {"reducer": "p25"}}}]`,
		"row calculations":         `[{"id": "calculateField", "options": {"reduce": {"reducer": "last"}, "timeSeries": false}}, {"id": "calculateField", "options": {"reduce": {"reducer": "variance"}}}, {"id": "calculateField", "options": {"reduce": {"reducer": "logmin"}}}, {"id": "calculateField", "options": {"reduce": {"reducer": "allIsNull"}}}]`,
		"row, nulls as zero":       `[{"id": "calculateField", "options": {"reduce": {"reducer": "min", "nullValueMode": "null as zero"}}}, {"id": "calculateField", "options": {"reduce": {"reducer": "distinctCount", "nullValueMode": "connected"}, "alias": "d"}}]`,
		"row of nobody":            `[{"id": "calculateField", "options": {"reduce": {"reducer": "sum", "include": ["nobody"]}}}, {"id": "calculateField", "options": {"reduce": {"reducer": "first", "include": ["nobody"]}}}, {"id": "calculateField", "options": {"reduce": {"reducer": "p50", "include": ["nobody"]}}}, {"id": "calculateField", "options": {"reduce": {"reducer": "allIsZero", "include": ["nobody"]}}}]`,
		"sum of two":               `[{"id": "calculateField", "options": {"mode": "binary", "binary": {"left": {"matcher": {"id": "byName", "options": "v"}}, "operator": "+", "right": {"matcher": {"id": "byName", "options": "w"}}}}}]`,
		"share":                    `[{"id": "calculateField", "options": {"mode": "binary", "binary": {"left": {"matcher": {"id": "byName", "options": "v"}}, "operator": "/", "right": {"fixed": "100"}}, "alias": "share", "replaceFields": true}}]`,
		"old binary":               `[{"id": "calculateField", "options": {"mode": "binary", "binary": {"left": "v", "operator": "*", "reducer": "sum", "right": "-2.5"}}}]`,
		"minus a text":             `[{"id": "calculateField", "options": {"mode": "binary", "binary": {"left": "name", "operator": "+", "right": "v"}}}, {"id": "calculateField", "options": {"mode": "binary", "binary": {"left": "v", "operator": "-", "right": "status"}}}]`,
		"truth as a number":        `[{"id": "calculateField", "options": {"mode": "binary", "binary": {"left": "up", "operator": "*", "right": "v"}}}]`,
		"binary of a variable":     `[{"id": "calculateField", "options": {"mode": "binary", "binary": {"left": {"matcher": {"id": "byName", "options": "$value"}}, "operator": "-", "right": {"matcher": {"id": "byName", "options": "$number"}}}}}]`,
		"binary of nobody":         `[{"id": "calculateField", "options": {"mode": "binary", "binary": {"left": "nobody", "operator": "-", "right": "1"}}}]`,
		"binary of all":            `[{"id": "calculateField", "options": {"mode": "binary", "binary": {"left": {"matcher": {"id": "byType", "options": "number"}}, "operator": "/", "right": {"fixed": "2"}}}}]`,
		"binary of all, replaced":  `[{"id": "calculateField", "options": {"mode": "binary", "replaceFields": true, "binary": {"left": {"matcher": {"id": "byType", "options": "number"}}, "operator": "*", "right": {"matcher": {"id": "byName", "options": "v"}}}}}]`,
		"absolute":                 `[{"id": "calculateField", "options": {"mode": "unary", "unary": {"operator": "abs", "fieldName": "v"}}}, {"id": "calculateField", "options": {"mode": "unary", "unary": {"operator": "exp", "fieldName": "v"}}}]`,
		"logarithm":                `[{"id": "calculateField", "options": {"mode": "unary", "unary": {"operator": "ln", "fieldName": "v"}, "replaceFields": true}}]`,
		"rounded":                  `[{"id": "calculateField", "options": {"mode": "unary", "unary": {"operator": "floor", "fieldName": "w"}}}, {"id": "calculateField", "options": {"mode": "unary", "unary": {"operator": "ceil", "fieldName": "v"}, "alias": "up"}}]`,
		"unary of nobody":          `[{"id": "calculateField", "options": {"mode": "unary", "unary": {"operator": "abs", "fieldName": "nobody"}}}]`,
		"cumulative":               `[{"id": "calculateField", "options": {"mode": "cumulativeFunctions", "cumulative": {"field": "v", "reducer": "sum"}}}, {"id": "calculateField", "options": {"mode": "cumulativeFunctions", "cumulative": {"reducer": "mean"}}}, {"id": "calculateField", "options": {"mode": "cumulativeFunctions"}}]`,
		"cumulative maximum":       `[{"id": "calculateField", "options": {"mode": "cumulativeFunctions", "cumulative": {"reducer": "max"}}}]`,
		"trailing mean":            `[{"id": "calculateField", "options": {"mode": "windowFunctions", "window": {"windowAlignment": "trailing", "windowSizeMode": "fixed", "windowSize": 3, "reducer": "mean", "field": "v"}}}]`,
		"trailing share":           `[{"id": "calculateField", "options": {"mode": "windowFunctions", "window": {"windowSize": 0.2, "reducer": "stdDev"}}}, {"id": "calculateField", "options": {"mode": "windowFunctions"}}]`,
		"centred":                  `[{"id": "calculateField", "options": {"mode": "windowFunctions", "window": {"windowAlignment": "centered", "windowSizeMode": "fixed", "windowSize": 4, "reducer": "mean"}}}, {"id": "calculateField", "options": {"mode": "windowFunctions", "window": {"windowAlignment": "centered", "windowSizeMode": "fixed", "windowSize": 5, "reducer": "variance", "field": "w"}, "replaceFields": true}}]`,
		"centred, wide":            `[{"id": "calculateField", "options": {"mode": "windowFunctions", "window": {"windowAlignment": "centered", "windowSizeMode": "percentage", "windowSize": 2, "reducer": "mean"}}}]`,
		"no window":                `[{"id": "calculateField", "options": {"mode": "windowFunctions", "window": {"windowSize": 0}}}]`,
		"index":                    `[{"id": "calculateField", "options": {"mode": "index"}}]`,
		"index as share":           `[{"id": "calculateField", "options": {"mode": "index", "index": {"asPercentile": true}, "alias": "n", "replaceFields": true}}]`,
		"merge":                    `[{"id": "merge", "options": {"reducers": []}}]`,
		"merged, sorted":           `[{"id": "merge", "options": {}}, {"id": "sortBy", "options": {"sort": [{"field": "v"}]}}, {"id": "organize", "options": {"renameByName": {"v": "V"}, "excludeByName": {"w": true}}}]`,
		"only the first query":     `[{"id": "organize", "filter": {"id": "byRefId", "options": "A"}, "options": {"renameByName": {"v": "V of A", "Value": "Value of A"}}}]`,
		"only the second query":    `[{"id": "reduce", "filter": {"id": "byRefId", "options": "/^[BC]$/"}, "options": {"reducers": ["max"]}}]`,
		"all but the first":        `[{"id": "merge", "filter": {"id": "invertMatch", "options": {"id": "byRefId", "options": "A"}}, "options": {}}]`,
		"a filter without options": `[{"id": "reduce", "filter": {"id": "byRefId"}, "options": {}}]`,
		"by frame name":            `[{"id": "calculateField", "filter": {"id": "byName", "options": "/left/"}, "options": {"mode": "index"}}]`,
		"disabled":                 `[{"id": "reduce", "disabled": true, "options": {}}, {"id": "calculateField", "options": {"mode": "index"}}]`,
	} {
		var list []settings.Object
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = list
	}
	return out
}

// transformableFrames are judgedFrames, and results of several queries.
func transformableFrames() map[string][]judgedFrame {
	r := rand.New(rand.NewPCG(3, 5))
	out := judgedFrames()
	delete(out, "infinite") // the order of what is no number is not defined
	column := func(n int, make func(i int) any) []any {
		list := []any{}
		for i := range n {
			list = append(list, make(i))
		}
		return list
	}
	some := func(i int) any {
		switch r.IntN(6) {
		case 0:
			return nil
		case 1:
			return 0.0
		}
		return float64(r.IntN(200)-80) / 8
	}
	times := func(step, shift float64) func(int) any {
		return func(i int) any { return 1.7e12 + shift + float64(i)*step }
	}
	field := func(name string, kind frame.Kind, values []any) judgedField {
		return judgedField{Name: name, Type: kind, Values: values}
	}
	labelled := func(f judgedField, labels map[string]string) judgedField {
		f.Labels = labels
		return f
	}
	pick := func(list ...any) func(int) any { return func(int) any { return list[r.IntN(len(list))] } }
	out["long"] = []judgedFrame{{RefID: "A", Fields: []judgedField{
		field("name", frame.String, column(60, pick("FX_CARRY", "RATES_TREND", "INF_BE", "a", "Ä", "z", "é", "Zebra", "_x", "1", "10", "2",
			"", nil, "sov-5y", "cupom"))),
		field("status", frame.String, column(60, pick("SUCCESS", "FAILED", "RUNNING", "success"))),
		field("a", frame.String, column(60, pick("x", "y", nil))),
		field("v", frame.Number, column(60, some)), field("w", frame.Number, column(60, some)),
		field("up", frame.Boolean, column(60, pick(true, false, nil))), field("Time", frame.Time, column(60,
			func(i int) any { return times(6e4, 0)((i * 7) % 60) }))}}}
	out["three queries"] = []judgedFrame{
		{RefID: "A", Fields: []judgedField{field("Time", frame.Time, column(20, times(60e3, 0))), field("v", frame.Number, column(20, some))}},
		{RefID: "B", Fields: []judgedField{field("Time", frame.Time, column(15, times(60e3, 120e3))), field("w", frame.Number, column(15,
			some)), field("name", frame.String, column(15, pick("p", "q")))}},
		{RefID: "C", Fields: []judgedField{field("Time", frame.Time, column(9, func(i int) any { return times(120e3, 0)(9 - i) })),
			field("v", frame.Number, column(9, some))}}}
	out["two tables"] = []judgedFrame{
		{RefID: "A", Fields: []judgedField{field("name", frame.String, column(12, pick("p", "q", "r", "s", nil))), field("v", frame.Number,
			column(12, some))}},
		{RefID: "B", Fields: []judgedField{field("name", frame.String, column(10, pick("q", "r", "t", nil))), field("status", frame.String,
			column(10, pick("p", "ok", "r", "12"))), field("w", frame.Number, column(10, some))}}}
	out["tables that agree"] = []judgedFrame{
		{RefID: "A", Fields: []judgedField{field("name", frame.String, []any{"p", "q", "r", "p"}), field("v", frame.Number, []any{1.0, 2.0,
			nil, 1.0})}},
		{RefID: "B", Fields: []judgedField{field("name", frame.String, []any{"p", "r", "x", nil}), field("v", frame.Number, []any{1.0, 5.0,
			0.0, 3.0}), field("w", frame.Number, []any{7.0, 8.0, 9.0, 10.0})}},
		{RefID: "C", Fields: []judgedField{field("w", frame.Number, []any{7.0, nil}), field("name", frame.String, []any{"p", "q"}),
			field("v", frame.String, []any{"1", "2x"})}}}
	out["labelled series"] = []judgedFrame{
		{Name: "left", RefID: "A", Fields: []judgedField{field("time", frame.Time, column(6, times(60e3, 0))),
			labelled(field("Value", frame.Number, column(6, some)), map[string]string{"host": "a"}), labelled(field("v", frame.Number, column(6,
				some)), map[string]string{"host": "b", "zone": "x"})}},
		{Name: "right", RefID: "B", Fields: []judgedField{field("time", frame.Time, column(6, times(90e3, 0))), field("Value", frame.Number,
			column(6, some))}},
		{RefID: "C", Fields: []judgedField{}}}
	out["other names of time"] = []judgedFrame{
		{RefID: "A", Fields: []judgedField{field("time", frame.Time, column(5, times(60e3, 0))), field("v", frame.Number, column(5, some))}},
		{RefID: "B", Fields: []judgedField{field("when", frame.Time, column(5, times(60e3, 0))), field("v", frame.Number, column(5, some))}}}
	out["by metric"] = []judgedFrame{{RefID: "A", Fields: []judgedField{field("Time", frame.Time, column(8, times(60e3, 0))),
		labelled(field("nav", frame.Number, column(8, some)), map[string]string{"__name__": "nav"}),
		labelled(field("v", frame.Number, column(8, some)), map[string]string{"book": "b"}), labelled(field("v", frame.Number, column(8,
			some)), map[string]string{"book": "a"})}}}
	out["none"] = []judgedFrame{}
	return out
}

func TestEveryTransformationIsJudged(t *testing.T) {
	t.Parallel()
	judged := map[string]bool{
		"configFromData":    true, // TestDialsWithSettingsFromAQueryAreGrafanas judges it
		"partitionByValues": true, // @grafana/data does not have it; the tests of transform do
	}
	for _, list := range judgedTransformations(t) {
		for _, step := range list {
			judged[step.Text("id")] = true
		}
	}
	for _, step := range transform.All() {
		for _, id := range append(step.FormerIDs, step.ID) {
			if !judged[id] {
				t.Errorf("judgedTransformations has no case of %s", id)
			}
		}
	}
}

func TestTransformationsAreGrafanas(t *testing.T) {
	t.Parallel()
	configs := map[string]judgedConfig{
		"nothing": judgedSettings(t, []byte(`{}`), nil),
		"overrides": judgedSettings(t, []byte(`{"defaults": {"unit": "percent", "color": {"mode": "palette-classic"}, "displayName": ""}, "overrides": [
			{"matcher": {"id": "byName", "options": "Time"}, "properties": [{"id": "unit", "value": "time:YYYY"}]},
			{"matcher": {"id": "byName", "options": "Value"}, "properties": [{"id": "decimals", "value": 3}]},
			{"matcher": {"id": "byName", "options": "v"}, "properties": [{"id": "displayName", "value": "the v"}]},
			{"matcher": {"id": "byNames", "options": {"mode": "exclude", "names": ["time", "w"]}}, "properties": [{"id": "noValue", "value": "none"}]},
			{"matcher": {"id": "byRegexp", "options": "/(sum|SUCCESS|Max)/"}, "properties": [{"id": "unit", "value": "s"}]},
			{"matcher": {"id": "byFrameRefID", "options": "A"}, "properties": [{"id": "min", "value": 0}]}]}`), nil),
	}
	var questions []*panelQuestion
	for dataName, frames := range transformableFrames() {
		for name, list := range judgedTransformations(t) {
			for configName, fc := range configs {
				q := &panelQuestion{Kind: "panel", Frames: frames, Transformations: list, Reducers: []string{"lastNotNull", "mean", "allIsNull"},
					Variables:     map[string]string{"column": "status", "both": "{Time,v,name}", "key": "name", "value": "v", "number": "12.5"},
					ReduceOptions: judgedReductions()[1:7], about: dataName + " / " + name + " / " + configName}
				q.FieldConfig.Defaults, q.FieldConfig.Overrides = fc.defaults, fc.overrides
				// An ordinary run asks a quarter of the questions, and always the same ones.
				if testenv.Long() || crc32.ChecksumIEEE([]byte(q.about))%4 == 0 {
					questions = append(questions, q)
				}
			}
		}
	}
	asked := make([]any, len(questions))
	for i, q := range questions {
		asked[i] = q.ask()
	}
	v := &verdict{t: t}
	for i, answer := range askJudge(t, palette.Dark, asked) {
		judgePanel(v, questions[i], answer, palette.Dark)
	}
	v.done(testenv.Scaled(375_000, 1_500_000))
}
