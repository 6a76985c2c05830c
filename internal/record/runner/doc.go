// Package runner runs a command and records the run: RUNNING when the command starts, SUCCESS or
// FAILED when it ends. The command comes first. It starts at once, whatever state the record is in. Its
// input, output, signals and exit status pass through unchanged. The record is written beside it and
// never changes how the command ends.
//
//   - runner.go: the run
//   - command.go, lookup.go: start the command and read its exit status
//   - signals.go, stop_*.go: pass signals on to the command
//   - stderr.go, tail.go: copy the command's standard error
//   - relay.go: what the relay process does; relayprocess.go: starts it and listens to it
//   - delivery.go: writes the record to the database
//   - spooled.go: keeps the record in the spool
//
// # The relay
//
// If standard error isn't a terminal, the command gets a pipe in its place. The process that reads this pipe
// must outlive exec. Otherwise a child that the command left behind would die of SIGPIPE, and so would the
// command itself after kill -9 of exec. So a second process, the relay, reads the pipe for as long as any
// process can write to it. Besides the pipe, the relay keeps only exec's standard error open, and no signal
// but SIGKILL ends it. If the relay is killed while exec runs, exec itself goes on copying.
//
// Until the relay is up, what the command writes waits in the pipe. A command that ends before that does not wait for the relay:
// exec copies what is in the pipe, and ends the relay, unless the command has left children behind that can still write there.
//
// # What can't be passed on
//
//   - If a standard input, output or error was closed before the start, the command gets /dev/null for
//     it. Go opens /dev/null in its place before any of our code runs.
//   - Of the signals that were ignored before the start, only SIGHUP and SIGINT are ignored in the
//     command too (nohup works). Go handles the others and leaves no trace that they were ignored.
//   - A signal that somebody sends to the whole process group (kill -TERM -1234) reaches the command
//     twice, once through exec. A signal doesn't tell to whom else it was sent.
package runner
