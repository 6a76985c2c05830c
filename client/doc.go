// Package client sends rows and runs to macrowatch over HTTP.
//
// A Client is for one server and one token, as macrowatch token create makes it. Send sends rows in one request, which
// the server takes as a whole or not at all. Client.Run records a run of a step.
//
// A request that the server can't take now (429, 503, or no answer) is sent again, after the time that the server names
// or after a growing pause, until Config.Patience or the context ends. Each request has an idempotency key that stays the
// same however often it is sent, so the server takes it once.
//
// With Config.SpoolDir, each request is written to disk before it is sent, and removed when the server has it. What could
// not be sent waits there, is sent before the next request, or by Client.Retry, and also by clients/python/macrowatch.py,
// which keeps its records in the same way. The files of a directory go to the server that they name, the oldest first.
//
// The package starts no goroutines and keeps nothing in memory between calls. It needs the standard library only.
package client
