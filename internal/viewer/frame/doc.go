// Package frame holds a query's answer while a panel is computed: frames of fields, the kinds of their
// values, and the names by which a reader knows them.
package frame
