// Package spool keeps the records of runs on this machine until the database has them, so that
// neither a database that is away nor the death of the recorder loses one.
//
// # On the disk
//
// A spool directory has a folder for each database that records are meant for. In it is one file for each
// run, ID.json. The folder's name is a hash of the database's identity, which is the same however its
// address is written. A database that was never reached has no known identity. Its folder is named
// by a hash of the target, that is, of the host, port, name and user of the URL, never of a password. Each
// file also says for which database it is meant, so that none is delivered anywhere else.
//
// A file is written and synced under another name, then renamed, and then the folder is synced. So a
// reader sees a whole record or none, even after a power cut. The end of a run is written behind its beginning, as a second
// line, and does not wait for the disk: a moment later the database has it. If the database does not take it in time, a
// record of the end alone replaces the file, in the same way as it was made.
//
// A process that reaches a database writes the database's identity into the target's folder, in the file
// .database. The next run that is kept under that target while nobody answers is filed under the identity.
// Records in the folder of a target go to the database to which this target led, even if that database is now
// reached under another target. If the target never led anywhere, they go to the database at the same
// address. If a target leads to another database today, that database gets no record that was kept for the
// former database. If a database had another name before, as the private PostgreSQL had, it also gets the
// records that were kept under that name.
//
// # Who may touch a file
//
// Only the process that holds the file's flock may touch it. The recorder of a run takes this lock before the
// file gets its name, and keeps it until the record is delivered or given up. If the recorder dies, the
// kernel releases the lock. So any process may deliver an unlocked file: it locks the file, writes it to the
// database, and removes it after the commit. If it dies in between, the file is delivered again. That changes
// nothing, since runs have keys.
//
// An unlocked file that says RUNNING is of a run whose recorder died. It is recorded as FAILED with the
// message "interrupted", because nobody knows how the command ended, or whether it did. The recorder touches
// its file every 2 seconds. The time of the last touch is recorded as the run's end, because it is the last
// moment at which the recorder was seen alive. If the database already has an end of the run, that end stays.
//
// # What can't be delivered
//
// A file can't be delivered if it can't be read as a record, if it is meant for another database, or if
// the database refuses its content. It is then renamed to ID.json.bad with a warning, and holds up no
// other file. If it is a record, the reason is written into it. At most 1,000 such files are kept. A folder
// with 100,000 waiting records takes no more.
package spool
