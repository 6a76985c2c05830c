// Package replica follows a read-only replica of the database: whether it can be read, and how far it is behind its primary.
//
// The primary is asked once a second how far its log is. A replica that has replayed that place has all that was committed
// before the question. So what the replica has is never older than the lag that the package tells, whatever the clocks of the servers
// show, and whether anything is written or not. Nothing is written for it.
//
//   - follower.go: which of the two is read
//   - asof.go: of when what a replica has is
//   - tell.go: what is said of it: faults, a metric
package replica
