package intake

import "slices"

// Preview keeps the first rows of a file as they were understood.
type Preview struct {
	Most    int // how many rows are kept
	Columns []string
	Rows    []PreviewRow
}

// PreviewRow is a row as the file has it, and as it would be stored.
type PreviewRow struct {
	Place  string   // line 7
	Read   []string // in the order of Preview.Columns
	Stored []string
}

// note keeps a row, if there is room for it.
func (p *Preview) note(place string, columns []column, read, stored []string) {
	if p == nil || len(p.Rows) >= p.Most {
		return
	}
	if p.Columns == nil {
		for _, c := range columns {
			p.Columns = append(p.Columns, c.name)
		}
	}
	p.Rows = append(p.Rows, PreviewRow{place, slices.Clone(read), slices.Clone(stored)})
}
