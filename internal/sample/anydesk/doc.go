// Package anydesk makes up the record of any desk from its rules: runs of its steps by their schedules, and a book of
// made-up strategies and instruments of its asset classes. Everything comes from a fixed seed. It has no database.
//
// It is simpler than package sampledesk, which knows the built-in desk: its prices are random walks, and its strategies
// follow or oppose the last days' move.
package anydesk
