// Package doctor looks for what goes wrong in practice: a database that is away or too old, missing tables and rights,
// stale data, clocks that differ, full disks, kept runs. Each finding says what was seen and what to do about it.
//
// It only looks: it writes nothing into the database and into no file.
package doctor
