// Package spool keeps the records of runs on this machine until the database has them, so that
// neither a database that is away nor the death of the recorder loses one.
//
// # On the disk
//
// A spool directory has a folder for each database that records are meant for, and in it a file for each
// run, ID.json. The folder is named by a hash of the database's identity, which is the same however its
// address is written (Place). A database that was never reached has none yet: the folder is then named by a
// hash of the target, that is the host, port, name and user of the URL, never a password. Which it is, is
// said in each file too, so that none is delivered anywhere else. A file is written and synced under
// another name, then renamed, and the folder synced: a reader sees a whole record or none, after a power cut
// too. The end of a run replaces its beginning in the same way.
//
// Whoever reaches a database notes its identity in the target's folder, in the file .database. The next run
// that is kept under that target, while nobody answers, is filed under the identity. What waits in a folder
// of a target goes to the database that this target led to, under whatever target that is reached now; where
// it never led anywhere, to the database at the same address. A target that leads to another database today
// gets nothing of what was kept for the former one. A database that had another name before, as the private
// PostgreSQL did, gets what was kept under that too.
//
// # Who may touch a file
//
// Whoever holds its flock. The recorder of a run holds it from before the file has its name until
// the record is delivered or given up, and the kernel lets go of it when the recorder dies, however
// that happens. So an unlocked file is anybody's to deliver: it is locked, written to the database
// and removed after the commit. Dying in between delivers it again, which changes nothing, since
// runs have keys.
//
// An unlocked file that says RUNNING is of a run whose recorder died. It is recorded as FAILED with
// the message "interrupted": how the command ended, or whether it did, nobody knows. The recorder
// touches its file every 2 seconds, and the last touch is the run's end: the last moment at which it
// was seen alive, not that at which somebody found out. An end that the database has already stays.
//
// # What can't be delivered
//
// A file that can't be read as a record, one that is meant for another database, and one that the
// database refuses for what it says, is renamed to ID.json.bad with a warning, and holds up no other.
// The reason is in it, where it is a record. At most 1,000 such files are kept. A folder with 100,000 records that wait takes no more.
package spool
