// Package backup writes a database into one file and restores it from there. PostgreSQL's pg_dump and pg_restore
// do the work.
//
// # The file
//
// A backup is an archive in pg_dump's custom format, to which Write adds two lines: a summary as JSON, and the
// summary's length with a SHA-256 of all that stands before. So pg_restore reads the file as it is, and Read
// notices a file that was cut off or damaged.
//
// # What a backup promises
//
//   - It is of one moment: pg_dump and the numbers of rows in the summary share one snapshot.
//   - It is complete or not there: Write makes the file under another name and renames it at the end.
//   - Only its user can read it.
//   - Restore compares the number of rows of each table with the summary.
package backup
