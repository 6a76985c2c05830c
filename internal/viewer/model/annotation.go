package model

import (
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/settings"
)

// AnnotationQuery is a query whose rows are marked on the dashboard's charts.
type AnnotationQuery struct {
	Name, Color, SQL string
	Datasource       settings.Object
	// Panels are the ids of the panels that have the marks. If Exclude is true, they are the ids of the
	// panels without the marks.
	Exclude bool
	Panels  []int
	// Mapped says from which column each part of a mark is read, such as "text".
	Mapped map[string]settings.Object
}

func readAnnotations(p settings.Object) []AnnotationQuery {
	var out []AnnotationQuery
	for _, entry := range p.List("list") {
		m, _ := entry.(map[string]any)
		a := settings.Object(m)
		if a.NumberOr("builtIn", 0) != 0 || a.Flag("builtIn") || !a.FlagOr("enable", true) {
			continue
		}
		q := AnnotationQuery{Name: a.Text("name"), Color: a.Text("iconColor"), Datasource: a.Child("datasource"),
			SQL:    a.Child("target").TextOr("rawSql", a.TextOr("rawQuery", a.Child("target").Text("rawQuery"))),
			Mapped: map[string]settings.Object{}}
		filter := a.Child("filter")
		q.Exclude = filter == nil || filter.Flag("exclude")
		for _, id := range filter.List("ids") {
			q.Panels = append(q.Panels, int(js.Number(id)))
		}
		for key := range a.Child("mappings") {
			q.Mapped[key] = a.Child("mappings").Child(key)
		}
		if q.SQL != "" {
			out = append(out, q)
		}
	}
	return out
}
