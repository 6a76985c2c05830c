// Package disk has what the spool and the private PostgreSQL need of a file system: locks that end with the
// process that holds them, files that are replaced as a whole, changes that outlast a power cut, and the
// owners of files.
//
// The locks are own code because of what they lock. The spool locks the very file that it then writes, renames
// and compares with what is at its path. The private PostgreSQL hands the open file of a lock down to the
// server's processes, so that all of them hold it. A library such as gofrs/flock opens the file by itself and
// gives it to nobody.
package disk
