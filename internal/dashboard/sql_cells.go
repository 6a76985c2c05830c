package dashboard

import "strings"

// cellWalk bounds how many rows of a cell a query reads to find the cell's lowest and highest value. It reads
// the latest rows of the cell, at most as many as `each` says. Of the older rows it reads one in each of
// `parts` equal parts of the cell.
type cellWalk struct{ each, parts int }

// standardWalk reads more rows of a cell than the pixel or two of its width can show apart.
func standardWalk() cellWalk { return cellWalk{each: 64, parts: 64} }

// cellRows are what the template rowsOfCells needs to know.
type cellRows struct {
	sqlValues
	Name        string // the name of the common table expression that has the rows
	Table, Time string // the table, and its column of times
	Unless      string // a condition under which nothing is read, "" for none
	columns     []cellColumn
}

// cellColumn is a column with numbers, and its name among the rows.
type cellColumn struct{ column, name string }

// rowsOfCells says which rows of a table a chart is drawn from. Each of the columns is written as in "total_equity AS
// nav".
func rowsOfCells(v sqlValues, name, table, time string, columns ...string) cellRows {
	c := cellRows{sqlValues: v, Name: name, Table: table, Time: time}
	for _, column := range columns {
		from, to, _ := strings.Cut(column, " AS ")
		c.columns = append(c.columns, cellColumn{from, to})
	}
	return c
}

// unless returns rows that are only read if a condition is false.
func unless(condition string, c cellRows) cellRows {
	c.Unless = condition
	return c
}

// Selected lists the columns as they are read from the table.
func (c cellRows) Selected() string {
	return c.list(func(column cellColumn) string { return column.column + "::float8 AS " + column.name })
}

// Named lists the columns by their names, each behind a prefix such as "earlier.".
func (c cellRows) Named(prefix string) string {
	return c.list(func(column cellColumn) string { return prefix + column.name })
}

func (c cellRows) list(write func(cellColumn) string) string {
	all := make([]string, len(c.columns))
	for i, column := range c.columns {
		all[i] = write(column)
	}
	return strings.Join(all, ", ")
}
