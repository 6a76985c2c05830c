// Package retention removes old rows from the record regularly, by the rules of the desk: once a day, at a quiet hour.
package retention
