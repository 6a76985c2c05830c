// Package request says what a reader asks for, a range of time in a zone above all, and what a dashboard's
// queries and times are read against then.
package request
