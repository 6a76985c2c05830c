// Package runner runs a command and records the run: RUNNING when the command starts, SUCCESS or
// FAILED when it ends. The command comes first. Its input, output, signals and exit status pass
// through untouched, and it starts at once whatever the record is up to, which is written beside it
// and never changes how it ends.
//
// Files: runner.go the run; command.go and lookup.go starting the command and its exit status;
// signals.go and stop_*.go what is passed on to it; stderr.go and tail.go the copy of its standard
// error; relay.go the process that makes the copy, relayed.go the same seen from here; delivery.go
// the record; kept.go the record in the spool.
//
// # The relay
//
// A standard error that isn't a terminal reaches the command as a pipe. What reads that pipe must
// outlive this process: a child that the command left behind would otherwise die of SIGPIPE, and so
// would the command itself after kill -9 of exec. So a second process, the relay, reads it for as
// long as any process can write to it. It holds nothing else open than the standard error of exec, and
// no signal but SIGKILL ends it. Should it be killed while exec runs, exec itself goes on copying.
//
// # What can't be passed on
//
//   - A standard input, output or error that was closed before the start is /dev/null for the
//     command: Go opens that in its place before any of our code runs.
//   - Of the signals that were ignored before the start, only SIGHUP and SIGINT are ignored in the
//     command too (nohup works): Go takes the others over without a trace.
//   - A signal that somebody sends to the whole process group (kill -TERM -1234) reaches the command
//     twice, once by way of us: a signal doesn't tell whom else it was sent to.
package runner
