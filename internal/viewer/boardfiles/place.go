package boardfiles

import (
	"math"
	"slices"
)

// place is where a panel stands in the grid.
type place struct{ x, y, w, h int }

// placePanels moves the panels to where Grafana would show them: within the 24 columns, none upon another, and each as high
// up as the panels above it allow. So no panel is larger than the page can draw, and none is a mile below the others.
func placePanels(doc object) {
	all := objects(doc["panels"])
	compact(all)
	for _, row := range all {
		compact(objects(row["panels"]))
	}
}

// compact places the panels of a list, or those of a collapsed row.
func compact(panels []object) {
	type placed struct {
		panel object
		place
	}
	all := make([]placed, len(panels))
	bottom := 0
	for i, p := range panels {
		at, ok := placeOf(p)
		if !ok {
			at.y = bottom // a panel without a place follows the others
		}
		all[i] = placed{p, at}
		bottom = max(bottom, at.y+at.h)
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		if a.y != b.y {
			return a.y - b.y
		}
		return a.x - b.x
	})
	lowest := make([]int, gridColumns) // for each column, the first free unit below the panels that stand
	for _, p := range all {
		y := 0
		for _, free := range lowest[p.x : p.x+p.w] {
			y = max(y, free)
		}
		for c := p.x; c < p.x+p.w; c++ {
			lowest[c] = y + p.h
		}
		p.panel["gridPos"] = object{"x": p.x, "y": y, "w": p.w, "h": p.h}
	}
}

// placeOf reads a panel's place and brings it into the grid. ok is false if the panel has none.
func placeOf(panel object) (at place, ok bool) {
	pos, ok := panel["gridPos"].(object)
	if !ok {
		pos = object{}
	}
	isRow := panel["type"] == "row"
	at.w = number(pos["w"], 12, 1, gridColumns)
	at.h = number(pos["h"], 8, 1, tallest)
	if isRow {
		at.w, at.h = gridColumns, 1
	}
	at.x = number(pos["x"], 0, 0, gridColumns-at.w)
	at.y = number(pos["y"], 0, 0, math.MaxInt32)
	return at, ok
}

// number reads a whole number between two ends.
func number(v any, standard, least, most int) int {
	n, ok := v.(float64)
	if !ok || n != n {
		return standard
	}
	return int(math.Min(math.Max(math.Round(n), float64(least)), float64(most)))
}
