// Package samplerecord keeps the sample desk's record in a database: its prices, pipeline runs, signals
// and positions. It writes them through the same functions of package store that anybody's record uses.
//
// A database belongs to the sample desk once it is marked so. A database that holds somebody's own
// record is refused. The desk runs on prices that it simulates, which are written too, or on prices that
// the database already has. Writing a record again gives the same rows. So if a write is interrupted,
// the next write completes it.
//
//   - claim.go: decides whether a database is the sample desk's
//   - source.go: chooses the prices
//   - history.go: writes the days that are over
//   - live.go: writes the current day
package samplerecord
