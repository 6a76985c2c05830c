// Package samplerecord keeps the sample desk's record in a database: its prices, pipeline runs,
// signals and positions, written through the same store functions as anybody's.
//
// A database is the sample desk's once it is marked so; one that holds somebody's own record is
// refused. The desk runs either on prices that it makes up, which are written too, or on those that
// the database has. Whatever is written again is the same, so an interrupted write is finished by
// the next one.
//
// Files: claim.go whose database it is; source.go which prices; history.go days that are over;
// live.go the day that goes on.
package samplerecord
