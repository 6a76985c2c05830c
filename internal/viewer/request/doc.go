// Package request has what a reader asks for: above all a range of time, and a clock in the reader's zone. It says what the
// macros and variables in a panel's queries are filled in from.
package request
